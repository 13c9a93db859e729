/**
 * The GossipSub router as a machine: who is in which mesh, who hears which message.
 *
 * <pre>
 *  onPeerUp, onRpc, onMessage, onDuplicate, onVerdict, onPublish, join, leave, onDeadline   (each with nowNs)
 *        │
 *        ▼
 *  GossipRouter ── peers by dense slot ── topics: members, mesh, fanout, backoffs
 *        │          SeenCache · MessageCache · promises · pending verdicts
 *        ▼
 *  GossipSink: send…(slot), validate, deliver, and events for whoever watches
 * </pre>
 *
 * <p><b>To drive one without Netty or threads</b>, as the simulator and the tests do:
 *
 * <pre>{@code
 * OutboxSink sink = new OutboxSink(OutboxLimits.DEFAULT, new OutboxBudget(...), allocator, 1 << 20, events);
 * GossipRouter router = new GossipRouter(params, self, random, salt, sink);
 * RpcIntake intake = new RpcIntake(RpcLimits.DEFAULT, rules, salt, allocator, router);
 *
 * router.join("news", TopicParams.DEFAULT, nowNs);
 * int slot = router.onPeerUp(peer, PeerProtocol.MESHSUB_1_1, true, nowNs);
 * intake.onFrame(slot, frame, nowNs);                       // an RPC of that peer, length prefix before its reader index
 * for (int s = sink.nextDirty(); s >= 0; s = sink.nextDirty())   // slots with something to send
 *     for (ByteBuf out = sink.outbox(s).poll(); out != null; out = sink.outbox(s).poll()) deliver(s, out);
 * router.onDeadline(nowNs);                                 // whenever nowNs reaches router.nextDeadlineNs()
 * }</pre>
 *
 * Scores, peer exchange, IDONTWANT and the extensions of 1.3 are not here yet: the node speaks {@code /meshsub/1.1.0},
 * {@code /meshsub/1.0.0} and {@code /floodsub/1.0.0}, and skips the fields of later versions.
 */
@NullMarked
package io.outcry.gossip.router;

import org.jspecify.annotations.NullMarked;
