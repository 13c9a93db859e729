/**
 * One clock, one seed, thousands of peers: the machines of the house on a network that exists only as a queue of events.
 *
 * <pre>
 *                     World (clock, seed, EventQueue)
 *                        │ next event, in order of (time, number)
 *        ┌───────────────┼─────────────────┐
 *        ▼               ▼                 ▼
 *     Network        wake-ups           scenario: who leaves, who publishes, what is cut
 *   latency, loss,       │
 *   repeats, order,      ▼
 *   bandwidth, cuts   RouterPeer: GossipRouter + PeerOutbox, real RPC bytes
 *        │               ▲  │
 *        └── bytes ──────┘  └──► MarketPeer: MarketReplica + Journal on a ForgetfulDisk
 *                                     │
 *                                     ▼
 *                             InvariantChecker, after every event
 * </pre>
 *
 * <p>Nothing here sleeps or reads a clock but to say how long a run took. The same seed gives the same run, event by event.
 */
@NullMarked
package io.outcry.sim;

import org.jspecify.annotations.NullMarked;
