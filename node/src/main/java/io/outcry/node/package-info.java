/**
 * The one object to embed: {@code Node} binds market, gossip and discovery to a {@code Host}.
 *
 * <pre>
 *             topic (StrictNoSign)                    /outcry/trade      /outcry/snapshot, /outcry/sync
 *   peers ◄──────────────► PubSub                     TradeLinks         Requests
 *                     validation pool: EnvelopeCheck     │                  │
 *                            └──────────────► mailbox ◄──┴──────────────────┘   ◄── Market: submit, cancel, reduce
 *                                    [market thread] MarketAgent ─► MarketReplica
 *                                       append ─► MarketJournal ─► onDurable ─► mailbox ─► sign ─► publish, send, tell
 *                                       book, orders ─► published views, read from any thread without locks
 *                                       updates ─► EventFeed (bounded) ─► MarketListener, on its own thread
 *   rendezvous ◄── Finder: registers each market, finds its peers, keeps them connected
 * </pre>
 */
@NullMarked
package io.outcry.node;

import org.jspecify.annotations.NullMarked;
