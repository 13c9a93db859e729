package io.outcry.gossip.router;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.outcry.gossip.cache.SeenCache;
import io.outcry.gossip.message.MessageId;
import io.outcry.gossip.message.SaltedHash;
import io.outcry.gossip.rpc.RpcLimits;
import io.outcry.gossip.rpc.RpcVisitor;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Takes the subscriptions and control entries of one RPC, in the reader's order, to where they belong. */
final class ControlWalk implements RpcVisitor {

    /**
     * A peer's ids that are looked up in a heartbeat, for each that may be asked for: known ids cost the look-up, and a peer
     * may have as much to tell of several topics.
     */
    private static final int LOOKUPS_PER_ID = 4;

    private final GossipParams params;
    private final int topicLengthMax;
    private final int idLengthMax;
    private final SaltedHash hash;
    private final Topics topics;
    private final Mesh mesh;
    private final Gossip gossip;
    private final SeenCache seen;
    private final Promises promises;
    private final GossipCounters counters;

    ControlWalk(
            GossipParams params,
            RpcLimits limits,
            SaltedHash hash,
            Topics topics,
            Mesh mesh,
            Gossip gossip,
            SeenCache seen,
            Promises promises,
            GossipCounters counters) {
        this.params = params;
        this.topicLengthMax = limits.topicLengthMax();
        this.idLengthMax = limits.idLengthMax();
        this.hash = hash;
        this.topics = topics;
        this.mesh = mesh;
        this.gossip = gossip;
        this.seen = seen;
        this.promises = promises;
        this.counters = counters;
    }

    private @Nullable PeerState sender;
    private long nowNs;
    private boolean countedIHave;

    void begin(PeerState peer, long now) {
        sender = peer;
        nowNs = now;
        countedIHave = false;
    }

    void end() {
        gossip.sendWanted(peer());
        sender = null;
    }

    private PeerState peer() {
        if (sender == null) {
            throw new IllegalStateException("no RPC is being read");
        }
        return sender;
    }

    @Override
    public void onSubscription(ByteBuf rpc, boolean subscribe, int topicOffset, int topicLength) {
        String name = topicLength > topicLengthMax ? null : name(rpc, topicOffset, topicLength);
        if (name == null || !params.allows(name) || !mesh.onSubscription(peer(), name, topicLength, subscribe, nowNs)) {
            counters.increment(GossipCounter.SUBSCRIPTIONS_REFUSED);
        }
    }

    @Override
    public boolean onIHave(ByteBuf rpc, int topicOffset, int topicLength) {
        PeerState peer = peer();
        if (!countedIHave) {
            countedIHave = true;
            peer.ihaveRpcs++;
            counters.increment(GossipCounter.IHAVES_IN);
        }
        TopicState topic = joined(rpc, topicOffset, topicLength);
        boolean heard = topic != null
                && peer.protocol.meshes()
                && peer.ihaveRpcs <= params.ihaveRpcsMax()
                && peer.idsAsked < params.ihaveIdsMax()
                && peer.idsHeard < (long) LOOKUPS_PER_ID * params.ihaveIdsMax();
        if (!heard) {
            counters.increment(GossipCounter.IHAVES_IGNORED);
        }
        return heard;
    }

    @Override
    public void onIHaveId(ByteBuf rpc, int offset, int length) {
        PeerState peer = peer();
        if (peer.idsHeard++ >= (long) LOOKUPS_PER_ID * params.ihaveIdsMax()) {
            return;
        }
        if (length > 0 && length <= idLengthMax && peer.idsAsked < params.ihaveIdsMax()) {
            hash.hash(rpc, offset, length);
            if (!seen.contains(hash.high(), hash.low(), nowNs) && !promises.isAsked(hash.low(), peer)) {
                peer.idsAsked++;
                gossip.want(MessageId.copyOf(rpc, offset, length, hash), peer, nowNs);
            }
        }
    }

    @Override
    public void onIWantId(ByteBuf rpc, int offset, int length) {
        PeerState peer = peer();
        counters.increment(GossipCounter.IWANT_IDS_IN);
        if (length > idLengthMax || peer.idsServed >= params.iwantIdsMax()) {
            counters.increment(GossipCounter.IWANTS_IGNORED);
            return;
        }
        peer.idsServed++;
        hash.hash(rpc, offset, length);
        gossip.serve(peer, hash.low(), rpc, offset, length);
    }

    @Override
    public void onGraft(ByteBuf rpc, int topicOffset, int topicLength) {
        counters.increment(GossipCounter.GRAFTS_IN);
        TopicState topic = joined(rpc, topicOffset, topicLength);
        if (topic != null) {
            mesh.onGraft(peer(), topic, nowNs);
        }
    }

    @Override
    public void onPrune(ByteBuf rpc, int topicOffset, int topicLength, long backoffSeconds) {
        counters.increment(GossipCounter.PRUNES_IN);
        TopicState topic = joined(rpc, topicOffset, topicLength);
        if (topic != null) {
            mesh.onPrune(peer(), topic, backoffSeconds, nowNs);
        }
    }

    private @Nullable TopicState joined(ByteBuf rpc, int offset, int length) {
        String name = length > topicLengthMax ? null : name(rpc, offset, length);
        TopicState topic = name == null ? null : topics.get(name);
        return topic != null && topic.joined() ? topic : null;
    }

    /** A topic's name; null if the field is absent or not UTF-8, since no name of ours could mean it. */
    private @Nullable String name(ByteBuf rpc, int offset, int length) {
        if (length < 0 || !ByteBufUtil.isText(rpc, offset, length, StandardCharsets.UTF_8)) {
            return null;
        }
        return rpc.toString(offset, length, StandardCharsets.UTF_8);
    }
}
