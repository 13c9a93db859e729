/**
 * Who trades with whom without a venue: what owners say, how it is written, and what its bytes prove.
 *
 * <pre>
 *   user ──► Order ──► Step (NEW, HOLD, FILL, SETTLE …) ─┐
 *            Refuse, Heartbeat, Census, Evidence ────────┤ Item ─► body (one canonical encoding) ─► hash
 *                                                        ▼
 *   MerkleTree over the hashes ─► root ─► Signer ─► Envelope ─► topic, /outcry/trade
 *                                                        │
 *   bytes from a peer ─► EnvelopeCheck (pure, any thread) ┴─► items with proofs ─► replica.MarketReplica
 * </pre>
 *
 * <p>An order has one owner, and only the owner's steps change it; that is why no consensus is needed. An item can be
 * proven away from its envelope (signature of the root, path), so any peer can serve any other's orders.
 *
 * <p>The rules are in docs/market-protocol.md, the bytes in market.proto.
 */
@NullMarked
package io.outcry.market;

import org.jspecify.annotations.NullMarked;
