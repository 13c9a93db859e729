/**
 * What tests share: nothing of the house is used here, so every module may use it.
 *
 * <pre>
 *   LeakCheck ─── every ByteBuf a test makes is released by its end, or the test fails
 *   Seeds ─────── one number replays a random test: printed when it fails, taken from -Dseed=
 *   VirtualClock  time that moves only when told
 *   Bytes ──────► Chunks (the same bytes, cut anywhere) ──► the decoder under test
 *        └──────► Mutations (valid traffic, spoiled) ─────► the same
 *   RawPeer ───── a blocking socket driven byte by byte, to say what no honest peer would
 * </pre>
 */
@NullMarked
package io.outcry.testkit;

import org.jspecify.annotations.NullMarked;
