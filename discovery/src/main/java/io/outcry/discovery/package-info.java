/**
 * Finding peers: one SPI, and behind it a list the user wrote and a point where peers meet.
 *
 * <pre>
 *                       ┌─ BootstrapList ──── BootstrapPlan ───► Host.connect, again and again
 *   PeerDiscovery ◄─────┤
 *                       └─ RendezvousClient ─ RefreshSchedule ─► stream ─► RendezvousServer ─ RendezvousStore
 * </pre>
 *
 * The plan, the schedule and the store are machines ({@link io.outcry.discovery.rendezvous}); the classes beside them
 * bind each to a host and to a thread: the host's agents, if it has some.
 */
@NullMarked
package io.outcry.discovery;

import org.jspecify.annotations.NullMarked;
