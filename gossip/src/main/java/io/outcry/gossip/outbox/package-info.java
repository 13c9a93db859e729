/**
 * What waits to be sent to one peer: bounded in bytes, sorted by what may be lost.
 *
 * <pre>
 * SUBSCRIBE, GRAFT, PRUNE ─► wanted state a topic (never lost, the last word wins) ─┐
 * own publish, IWANT reply, forward ─► shared frames, byte caps a peer and in all ──┼─► poll() ─► one frame
 * IHAVE, IWANT ─► bounded lists, renewed by the next heartbeat ─────────────────────┘
 *                 control > data > gossip; gossip rides along when control leaves room
 * </pre>
 *
 * {@code OutboxSink} is the sink of a {@code GossipRouter} that fills one outbox a peer; the node and the simulator both
 * use it.
 */
@NullMarked
package io.outcry.gossip.outbox;

import org.jspecify.annotations.NullMarked;
