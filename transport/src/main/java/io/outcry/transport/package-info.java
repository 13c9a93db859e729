/**
 * From a socket to many authenticated streams: {@code Host}, {@code Connection}, {@code Stream}.
 *
 * <pre>
 *   socket ─► UpgradeHandler ─► SecureHandler ─► MuxHandler ─► NetStream ─► StreamHandler, StreamReader     event loop
 *              multistream,      Noise frames     yamux or      multistream per stream,
 *              Noise, muxer                       mplex         then the protocol's bytes
 *      ▲            │
 *      │            └─ upgraded, gone ─► HostAgent: gater, limits, address book, connection manager ─► HostListener
 *      └──────────────── dial, close ◄──────┘ Dialer                                               host's thread
 * </pre>
 *
 * This package is the shell: it owns sockets, threads, clocks and logs. What can be decided without them is decided by the
 * machines in the packages below ({@code multistream}, {@code noise}, {@code yamux}, {@code mplex}, {@code identify}, {@code
 * ping}, {@code perf}, {@code dial}). Every byte kept for a peer is reserved in the host's memory budget first.
 *
 * <p>{@code StreamChannel} puts a Netty pipeline on one stream, for those who want one.
 *
 * <p>A peer can at worst lose its own streams or its own connection; {@code HostAbuseIT} and {@code ServiceAbuseIT} try.
 */
@NullMarked
package io.outcry.transport;

import org.jspecify.annotations.NullMarked;
