/**
 * A limit order book to embed: price-time priority, a single writer, readers without locks, no garbage.
 *
 * <pre>
 *   submitters ─► BookMailbox ─► OrderBook ─► BookSink            commands in, events out
 *   (any thread)  (bounded MPSC)     │
 *                                    ▼
 *   a market's replica ─────────► Ladder ─► QuoteBoard ─► readers (any thread)
 *   (explicit priority, holds)
 * </pre>
 *
 * One ladder, two drivers. {@link io.outcry.orderbook.OrderBook} matches at once, for whoever runs an exchange;
 * a replica of a peer-to-peer market keeps strangers' orders in a {@link io.outcry.orderbook.Ladder} and never lets them
 * match. Inside the ladder:
 *
 * <pre>
 *   price ─► window of ticks (position)  ─┐
 *        └► trie of far prices (64 steps) ┴► level ─► first order ─► next ─► …     a slot an order, arrays of ints and longs
 * </pre>
 *
 * <b>What is lock-free here.</b> Matching is sequential code with one writer at a time, as in every fast engine; what has
 * no locks is getting to it and looking at it. A submit is a compare-and-set and never waits for matching; a reader of
 * quotes retries only when newer quotes came out. The queue's consumer can be held up by a producer suspended between
 * claiming and filling its place, so the whole is not lock-free in Herlihy's sense, and does not claim to be.
 */
@NullMarked
package io.outcry.orderbook;

import org.jspecify.annotations.NullMarked;
