/**
 * Our node beside js-libp2p and go-libp2p, over real sockets.
 *
 * <pre>
 *   ForeignPeers (processes) ◄── TCP · Noise · yamux or mplex ──► Ours (Host and PubSub), or bin/outcry (a process)
 *            │                                                       │
 *            └──────────────── what each side counted ───────────────┘
 * </pre>
 */
@NullMarked
package io.outcry.conformance.interop;

import org.jspecify.annotations.NullMarked;
