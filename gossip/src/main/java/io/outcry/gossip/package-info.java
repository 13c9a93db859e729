/**
 * Who hears what: {@code PubSub} binds the router machine to a {@code Host}.
 *
 * <pre>
 *  stream ─► InboundStream (event loop: frames, limits, ids, known ones) ─► ValidationPool (signatures) ─┐
 *     ▲ no credit past the peer's share          control, duplicates ────────────────────────────────────┤
 *     │                                                                                                  ▼
 *  Host ─► Link (facts) ──────────── commands ──────────────────────────────────────────► RouterAgent [router thread]
 *  publish ─► MessageSigner (caller's thread) ─► mailbox ─────────────────────────────────► GossipRouter ─► OutboxSink
 *                                                                                          │            └► PeerOutbox
 *  Validator (pool) ◄─ validate ── verdict ─► ─────────────────────────────────────────────┤                  │
 *  Subscription (bounded queue, callback pool) ◄─ deliver ─────────────────────────────────┘     stream ◄─ while writable
 * </pre>
 *
 * Start with {@code PubSub.start(host, PubSubOptions.defaults())}. Scores, IDONTWANT, the extensions of 1.3 and peer
 * exchange are not here yet.
 */
@NullMarked
package io.outcry.gossip;

import org.jspecify.annotations.NullMarked;
