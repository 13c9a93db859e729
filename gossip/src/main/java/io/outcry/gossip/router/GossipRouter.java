package io.outcry.gossip.router;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.outcry.core.identity.PeerId;
import io.outcry.core.memory.MemoryBudget;
import io.outcry.gossip.cache.MessageCache;
import io.outcry.gossip.cache.SeenCache;
import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.MessageId;
import io.outcry.gossip.message.Salt;
import io.outcry.gossip.message.SaltedHash;
import io.outcry.gossip.rpc.RpcLimits;
import io.outcry.gossip.rpc.RpcReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The GossipSub router, versions 1.0 and 1.1: meshes with backoff, fanout, message cache, lazy gossip.
 *
 * <p><b>Threading</b>: a machine; one thread at a time, which is checked. It has no clock: every input carries
 * {@code nowNs}, and {@link #nextDeadlineNs} says when {@link #onDeadline} is due.
 *
 * <p><b>Ownership</b>: messages and buffers are borrowed until return; what it keeps it retains, and {@link #close} lets go.
 *
 * <p><b>Units</b>: times are monotonic nanoseconds, and may start anywhere.
 *
 * <p><b>Errors</b>: nothing a peer sends throws. {@link IllegalStateException} and {@link IllegalArgumentException} mean a
 * mistake of the caller.
 *
 * <p><b>Spec</b>: libp2p pubsub README, gossipsub-v1.0, gossipsub-v1.1. Messages come here when their form and signature
 * are proved, see {@link RpcIntake}.
 */
public final class GossipRouter implements AutoCloseable {

    /** What {@link #onPublish} returns for a message that is known already. */
    public static final int DUPLICATE = -1;

    private final GossipParams params;
    private final byte[] self;
    private final GossipSink sink;
    private final GossipCounters counters = new GossipCounters();
    private final RpcReader reader;
    private final int topicLengthMax;
    private final ControlWalk walk;

    private final List<@Nullable PeerState> slots = new ArrayList<>();
    private final List<Integer> freeSlots = new ArrayList<>();
    private final Map<PeerId, PeerState> peers = new HashMap<>();
    private final Set<PeerId> direct = new HashSet<>();
    private int nextSerial;

    private final Topics topics;
    private final Mesh mesh;
    private final SeenCache seen;
    private final MessageCache history;
    private final Promises promises;
    private final Verdicts verdicts;
    private final Gossip gossip;

    private boolean inside;
    private long nextHeartbeatNs;
    private boolean started;

    /**
     * A router.
     *
     * @param random decides who is grafted, pruned and gossiped to
     * @param salt must be the one with which message ids are made
     */
    public GossipRouter(GossipParams params, PeerId self, RandomGenerator random, Salt salt, GossipSink sink) {
        this(params, RpcLimits.DEFAULT, self, random, salt, sink);
    }

    /** A router with other limits on what peers may send. */
    public GossipRouter(
            GossipParams params, RpcLimits limits, PeerId self, RandomGenerator random, Salt salt, GossipSink sink) {
        this(params, limits, new MemoryBudget("router", Long.MAX_VALUE), self, random, salt, sink);
    }

    /** A router whose message cache is reserved in a budget, where it gives way to everything else. */
    public GossipRouter(
            GossipParams params,
            RpcLimits limits,
            MemoryBudget memory,
            PeerId self,
            RandomGenerator random,
            Salt salt,
            GossipSink sink) {
        this.params = params;
        this.self = self.bytes();
        this.sink = sink;
        this.reader = new RpcReader(limits);
        this.topicLengthMax = limits.topicLengthMax();
        topics = new Topics(params);
        mesh = new Mesh(params, topics, random, counters, sink);
        seen = new SeenCache(nanos(params.seenTtlMs()), params.seenEntriesMax());
        history = new MessageCache(params.historyLength(), params.historyGossip(), params.historyBytesMax(), memory);
        promises = new Promises(params.promisesMax(), params.iwantPeersMax(), nanos(params.iwantFollowupMs()));
        verdicts = new Verdicts(params.verdictsMax(), nanos(params.verdictTimeoutMs()));
        gossip = new Gossip(params, topics, history, promises, random, counters, sink);
        walk = new ControlWalk(params, limits, new SaltedHash(salt), topics, mesh, gossip, seen, promises, counters);
    }

    // ---------------------------------------------------------------------------------------------------- peers

    /**
     * A peer can be spoken to: it hears all our subscriptions.
     *
     * @param outbound true if this node dialled it
     * @return its slot
     */
    public int onPeerUp(PeerId id, PeerProtocol protocol, boolean outbound, long nowNs) {
        if (peers.containsKey(id)) {
            throw new IllegalStateException("peer " + id + " is up already; several connections are one peer");
        }
        enter(nowNs);
        try {
            int slot = freeSlots.isEmpty() ? slots.size() : freeSlots.remove(freeSlots.size() - 1);
            PeerState peer = new PeerState(id, slot, nextSerial++, protocol, outbound, direct.contains(id));
            if (slot == slots.size()) {
                slots.add(peer);
            } else {
                slots.set(slot, peer);
            }
            peers.put(id, peer);
            sink.onSlotOpened(slot, id);
            for (int i = 0; i < topics.joined(); i++) {
                sink.sendSubscription(slot, topics.joined(i).name, true);
            }
            return slot;
        } finally {
            exit();
        }
    }

    /** The peer's protocol became known, or changed with a new stream. */
    public void onProtocol(int slot, PeerProtocol protocol, long nowNs) {
        PeerState peer = peer(slot);
        if (peer.protocol == protocol) {
            return;
        }
        enter(nowNs);
        try {
            boolean heardAll = peer.direct || !peer.protocol.meshes();
            peer.protocol = protocol;
            mesh.onHearsAllChanged(peer, heardAll, nowNs);
        } finally {
            exit();
        }
    }

    /**
     * A new outbound stream replaced one that broke: what was on it may be lost, so all is said again, also what is no longer
     * so. Nobody takes the silence of a new stream about a topic for UNSUBSCRIBE, and not every implementation says its
     * subscriptions again, so we do not either.
     */
    public void onStreamReopened(int slot, long nowNs) {
        PeerState peer = peer(slot);
        enter(nowNs);
        try {
            for (int i = 0; i < topics.joined(); i++) {
                sink.sendSubscription(slot, topics.joined(i).name, true);
                mesh.tellAgain(peer, topics.joined(i), nowNs);
            }
            topics.forEachLeftSince(peer.serial, name -> {
                sink.sendSubscription(slot, name, false);
                TopicState topic = topics.get(name);
                if (topic != null) {
                    mesh.tellAgain(peer, topic, nowNs);
                }
            });
        } finally {
            exit();
        }
    }

    /** The peer is gone; its slot is free. Backoffs stay. */
    public void onPeerDown(int slot, long nowNs) {
        PeerState peer = peer(slot);
        enter(nowNs);
        try {
            peer.up = false;
            mesh.onPeerDown(peer);
            peers.remove(peer.id);
            slots.set(slot, null);
            freeSlots.add(slot);
            sink.onSlotClosed(slot);
        } finally {
            exit();
        }
    }

    /** Makes a peer, connected or not, direct or no longer so: a direct peer hears everything and is in no mesh. */
    public void onDirect(PeerId id, boolean isDirect, long nowNs) {
        enter(nowNs);
        try {
            boolean changed = isDirect ? direct.add(id) : direct.remove(id);
            PeerState peer = peers.get(id);
            if (changed && peer != null) {
                boolean heardAll = peer.direct || !peer.protocol.meshes();
                peer.direct = isDirect;
                mesh.onHearsAllChanged(peer, heardAll, nowNs);
            }
        } finally {
            exit();
        }
    }

    // --------------------------------------------------------------------------------------------------- topics

    /** Joins a topic, or changes the parameters of a joined one. */
    public void join(String name, TopicParams topicParams, long nowNs) {
        if (ByteBufUtil.utf8Bytes(name) > topicLengthMax) {
            throw new IllegalArgumentException("a topic's name has at most " + topicLengthMax + " bytes; this one has "
                    + ByteBufUtil.utf8Bytes(name));
        }
        enter(nowNs);
        try {
            TopicState topic = topics.getOrCreate(name);
            boolean fresh = !topic.joined();
            topic.params = topicParams;
            if (fresh) {
                topics.addJoined(topic);
                for (int slot = 0; slot < slots.size(); slot++) {
                    if (slots.get(slot) != null) {
                        sink.sendSubscription(slot, name, true);
                    }
                }
                mesh.onJoin(topic, nowNs);
            }
        } finally {
            exit();
        }
    }

    /** Leaves a topic; nothing happens if it is not joined. */
    public void leave(String name, long nowNs) {
        enter(nowNs);
        try {
            TopicState topic = topics.get(name);
            if (topic != null && topic.joined()) {
                for (int slot = 0; slot < slots.size(); slot++) {
                    if (slots.get(slot) != null) {
                        sink.sendSubscription(slot, name, false);
                    }
                }
                mesh.onLeave(topic, nowNs);
                topic.params = null;
                topics.removeJoined(topic, nextSerial);
                topics.forgetIfIdle(topic);
            }
        } finally {
            exit();
        }
    }

    // -------------------------------------------------------------------------------------------------- the wire

    /**
     * An RPC of a peer: its subscriptions and control entries. Its messages come one by one, when proved.
     *
     * @param rpc passed by {@link RpcReader#check}, without its length prefix
     */
    public void onRpc(int slot, ByteBuf rpc, long nowNs) {
        PeerState peer = peer(slot);
        enter(nowNs);
        try {
            counters.increment(GossipCounter.RPCS_IN);
            walk.begin(peer, nowNs);
            reader.walkControl(rpc, walk);
            walk.end();
        } finally {
            exit();
        }
    }

    /** A message whose form and signature are proved. */
    public void onMessage(int slot, GossipMessage message, long nowNs) {
        PeerState peer = peer(slot);
        enter(nowNs);
        try {
            counters.increment(GossipCounter.MESSAGES_IN);
            TopicState topic = topics.get(message.topic());
            if (topic == null || !topic.joined()) {
                counters.increment(GossipCounter.MESSAGES_NOT_JOINED);
            } else if (seen.contains(message.id().high(), message.id().low(), nowNs)
                    || verdicts.get(message.id().low()) != null) {
                // What waits for its verdict longer than ids are remembered is not judged, nor held, a second time.
                duplicate(peer, message.id().low());
            } else if (message.fields().isFrom(self)) {
                counters.increment(GossipCounter.MESSAGES_SELF_ORIGIN);
            } else {
                unseen(peer, topic, message, nowNs);
            }
        } finally {
            exit();
        }
    }

    /** A message that was recognised by the salted key of its id before it was taken. */
    public void onDuplicate(int slot, long idLow, long nowNs) {
        PeerState peer = peer(slot);
        enter(nowNs);
        try {
            duplicate(peer, idLow);
        } finally {
            exit();
        }
    }

    /** A message of a peer was refused for its form or signature. */
    public void onInvalid(int slot, long nowNs) {
        peer(slot);
        enter(nowNs);
        try {
            counters.increment(GossipCounter.MESSAGES_INVALID);
        } finally {
            exit();
        }
    }

    /** The verdict on a message that went to {@link GossipSink#validate}; one that comes too late changes nothing. */
    public void onVerdict(MessageId id, Verdict verdict, long nowNs) {
        enter(nowNs);
        try {
            Verdicts.Pending pending = verdicts.remove(id);
            if (pending != null) {
                settle(pending, verdict, nowNs);
            }
        } finally {
            exit();
        }
    }

    /**
     * Publishes a message of this node.
     *
     * @return how many peers it was sent to, or {@link #DUPLICATE}
     */
    public int onPublish(GossipMessage message, long nowNs) {
        enter(nowNs);
        try {
            int sent = DUPLICATE;
            if (seen.add(message.id(), nowNs)) {
                counters.increment(GossipCounter.MESSAGES_PUBLISHED);
                TopicState topic = topics.getOrCreate(message.topic());
                history.put(message, topic.index);
                sent = mesh.publish(topic, message, nowNs);
                topics.forgetIfIdle(topic);
            }
            return sent;
        } finally {
            exit();
        }
    }

    // -------------------------------------------------------------------------------------------------- the time

    /** When {@link #onDeadline} is due. */
    public long nextDeadlineNs() {
        return started ? nextHeartbeatNs : Long.MIN_VALUE;
    }

    /** Does what is due: the heartbeat, at a steady interval however late this comes. */
    public void onDeadline(long nowNs) {
        enter(nowNs);
        try {
            if (nowNs - nextHeartbeatNs >= 0) {
                long intervalNs = nanos(params.heartbeatMs());
                long lateNs = nowNs - nextHeartbeatNs;
                if (lateNs > intervalNs / 10) {
                    counters.increment(GossipCounter.HEARTBEATS_LATE);
                }
                nextHeartbeatNs += intervalNs * (1 + lateNs / intervalNs);
                heartbeat(nowNs);
            }
        } finally {
            exit();
        }
    }

    private void heartbeat(long nowNs) {
        counters.increment(GossipCounter.HEARTBEATS);
        for (int slot = 0; slot < slots.size(); slot++) {
            PeerState peer = slots.get(slot);
            if (peer != null) {
                peer.startHeartbeat();
            }
        }
        mesh.heartbeat(nowNs);
        gossip.emit();
        history.shift();
        while (promises.pollBroken(nowNs) != null) {
            counters.increment(GossipCounter.PROMISES_BROKEN);
        }
        Verdicts.Pending late = verdicts.pollTimedOut(nowNs);
        while (late != null) {
            counters.increment(GossipCounter.VERDICTS_TIMED_OUT);
            settle(late, Verdict.IGNORE, nowNs);
            late = verdicts.pollTimedOut(nowNs);
        }
    }

    // ----------------------------------------------------------------------------------------------------- views

    public GossipCounters counters() {
        return counters;
    }

    /** The peers in the mesh of a topic, in no particular order; empty if it is not joined. */
    public List<PeerId> mesh(String name) {
        TopicState topic = topics.get(name);
        return topic == null ? List.of() : ids(topic.mesh);
    }

    /** The peers of the fanout of a topic. */
    public List<PeerId> fanout(String name) {
        TopicState topic = topics.get(name);
        return topic == null ? List.of() : ids(topic.fanout);
    }

    /** The peers known to be subscribed to a topic. */
    public List<PeerId> topicPeers(String name) {
        TopicState topic = topics.get(name);
        List<PeerId> ids = new ArrayList<>();
        for (int i = 0; topic != null && i < topic.members.size(); i++) {
            if (topic.members.get(i).subscribed) {
                ids.add(topic.members.get(i).peer.id);
            }
        }
        return ids;
    }

    /** Topics known, joined or not: a peer that leaves takes its own with it. */
    public int topicCount() {
        return topics.size();
    }

    /** True if the id with this salted key was seen: the message need not be copied or verified again. */
    public boolean isSeen(long idHigh, long idLow, long nowNs) {
        return seen.contains(idHigh, idLow, nowNs);
    }

    public int peerCount() {
        return peers.size();
    }

    /** Messages and bytes held, for those who watch memory. */
    public MessageCache history() {
        return history;
    }

    @Override
    public void close() {
        history.close();
        verdicts.close();
    }

    // -------------------------------------------------------------------------------------------------- messages

    private void unseen(PeerState peer, TopicState topic, GossipMessage message, long nowNs) {
        boolean awaitsVerdict = topic.params != null && topic.params.awaitsVerdict();
        if (awaitsVerdict && verdicts.isFull()) {
            counters.increment(GossipCounter.MESSAGES_THROTTLED);
            return;
        }
        seen.add(message.id(), nowNs);
        if (promises.onCame(message.id())) {
            counters.increment(GossipCounter.PROMISES_KEPT);
        }
        if (awaitsVerdict) {
            verdicts.add(message, peer, nowNs);
            sink.validate(message, peer.id);
        } else {
            accept(topic, message, peer, List.of());
        }
    }

    private void duplicate(PeerState peer, long idLow) {
        counters.increment(GossipCounter.MESSAGES_DUPLICATE);
        Verdicts.Pending pending = verdicts.get(idLow);
        if (pending != null && peer != pending.source && !pending.alsoFrom.contains(peer)) {
            pending.alsoFrom.add(peer);
        }
    }

    private void settle(Verdicts.Pending pending, Verdict verdict, long nowNs) {
        switch (verdict) {
            case ACCEPT -> {
                TopicState topic = topics.get(pending.message.topic());
                if (topic != null && topic.joined()) {
                    accept(topic, pending.message, pending.source, pending.alsoFrom);
                }
            }
            case REJECT -> counters.increment(GossipCounter.MESSAGES_REJECTED);
            case IGNORE -> counters.increment(GossipCounter.MESSAGES_IGNORED);
        }
        sink.onSettled(pending.message);
        pending.message.release();
    }

    private void accept(TopicState topic, GossipMessage message, PeerState source, List<PeerState> alsoFrom) {
        history.put(message, topic.index);
        int forwarded =
                forward(topic.mesh, message, source, alsoFrom) + forward(topic.hearingAll, message, source, alsoFrom);
        counters.add(GossipCounter.MESSAGES_FORWARDED, forwarded);
        counters.increment(GossipCounter.MESSAGES_DELIVERED);
        sink.deliver(message, source.id);
    }

    private int forward(MemberList to, GossipMessage message, PeerState source, List<PeerState> alsoFrom) {
        int sent = 0;
        for (int i = 0; i < to.size(); i++) {
            PeerState peer = to.get(i).peer;
            if (peer != source && !alsoFrom.contains(peer) && !message.fields().isFrom(peer.idBytes)) {
                sink.sendMessage(peer.slot, message, DataKind.FORWARD);
                sent++;
            }
        }
        return sent;
    }

    // -------------------------------------------------------------------------------------------------- plumbing

    private void enter(long nowNs) {
        if (inside) {
            throw new IllegalStateException("the router is inside another input: a sink must not call back, and inputs"
                    + " must come from one thread at a time");
        }
        inside = true;
        if (!started) {
            started = true;
            nextHeartbeatNs = nowNs + nanos(params.heartbeatDelayMs());
        }
    }

    private void exit() {
        inside = false;
    }

    private PeerState peer(int slot) {
        PeerState peer = slot >= 0 && slot < slots.size() ? slots.get(slot) : null;
        if (peer == null) {
            throw new IllegalArgumentException("no peer has slot " + slot);
        }
        return peer;
    }

    private static List<PeerId> ids(MemberList members) {
        List<PeerId> ids = new ArrayList<>(members.size());
        for (int i = 0; i < members.size(); i++) {
            ids.add(members.get(i).peer.id);
        }
        return ids;
    }

    static long nanos(long ms) {
        return TimeUnit.MILLISECONDS.toNanos(ms);
    }
}
