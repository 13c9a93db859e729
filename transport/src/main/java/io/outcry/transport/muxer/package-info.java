/**
 * What yamux and mplex have in common: many streams over one byte stream.
 *
 * <pre>
 *   secure channel ──onBytes──► Muxer ──onStreamOpened, onData, onRemoteClosed──► MuxerSink ──► streams
 *   secure channel ◄──write──── Muxer ◄──openStream, takeWrite, onConsumed────── shell    ◄──── streams
 * </pre>
 *
 * Bytes that come in are handed on without a copy; bytes that go out are copied once, into the buffer that is then
 * sealed.
 */
@NullMarked
package io.outcry.transport.muxer;

import org.jspecify.annotations.NullMarked;
