/**
 * A second libp2p, small and blocking, without a line of the first: it says byte by byte what a test wants said, honest or not.
 *
 * <pre>
 *   RawPeer (socket) ─► RawNoise (frames, handshake, seal) ─► RawSession (a byte stream, either way)
 *                                                               ├─► RawYamux ─► RawStream
 *                                                               └─► RawMplex
 *   RawWire: what all of them write: varints, multistream messages, protobuf fields
 * </pre>
 *
 * <p>It is proven against go-libp2p ({@code RawPeerIT}) before it is turned on our own host.
 */
@NullMarked
package io.outcry.conformance.wire;

import org.jspecify.annotations.NullMarked;
