/**
 * mplex as a machine: streams without windows, accepted for old peers and dialled last.
 *
 * <pre>
 *   in   header varint · length varint · data ──► Mplex ──► MuxerSink
 *   out  write ◄── opens and resets ◄── data and closes: one frame a stream in turn
 * </pre>
 *
 * With no window to hold a peer back, a stream whose reader falls behind either is reset (others go on) or pauses the
 * whole connection: {@link io.outcry.transport.mplex.MplexParams.Overflow}.
 */
@NullMarked
package io.outcry.transport.mplex;

import org.jspecify.annotations.NullMarked;
