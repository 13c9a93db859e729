/**
 * yamux as a machine: many streams over one byte stream, each with its own window.
 *
 * <pre>
 *   in   FrameCutter ──header, body──► Yamux (rules, windows) ──► MuxerSink
 *                                        │ who must say what
 *   out  write ◄── FrameWriter ◄── control: pong · ping · reset · open, ack, credit ── data: one frame a stream in turn
 * </pre>
 *
 * Control is state, not a queue: a stream owes at most one open, one credit and one close, so a peer that does not read
 * cannot make it grow. What is a queue (pongs, resets of streams we do not know) is bounded.
 */
@NullMarked
package io.outcry.transport.yamux;

import org.jspecify.annotations.NullMarked;
