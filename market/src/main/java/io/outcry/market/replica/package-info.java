/**
 * The replica of one market as a machine: no clock, no threads, no sockets, no files.
 *
 * <pre>
 *                     ┌────────────────────────── MarketReplica ──────────────────────────┐
 *   submit, cancel ──►│ Desk ─► OwnSteps ─► DurabilityGate ─► append …… onDurable         │──► ReplicaSink
 *   onEnvelope ──────►│ Intake ─► Decisions · Proposals        EnvelopeBatcher ◄──────────│    publish, sendTrade,
 *   onTradeMessage ──►│        └► Store ─► BookView ─► Matcher                            │    request, orderChanged,
 *   onTick ──────────►│ Timers · Liveness · Retirement · Tape                             │    traded, joined …
 *   on…Request/Answer►│ SyncServer · SyncClient                                           │
 *                     └───────────────────────────────────────────────────────────────────┘
 * </pre>
 *
 * <p>Three rules carry it. Only an order's owner makes steps of it, and makes them in one place ({@code OwnSteps}), after
 * the journal. What others say is merged by one function ({@code Store.merge}), which is a join. A proposal gets one
 * answer, for ever the same ({@code Decisions}), and a hold ends with an answer, never with time ({@code Proposals}).
 */
@NullMarked
package io.outcry.market.replica;

import org.jspecify.annotations.NullMarked;
