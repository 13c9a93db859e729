package io.outcry.gossip.router;

import io.netty.buffer.ByteBuf;
import io.outcry.gossip.cache.MessageCache;
import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.MessageId;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Lazy gossip: IHAVE to some of those outside the mesh, IWANT for what is new, and the answers to IWANT.
 *
 * <p><b>Spec</b>: gossipsub-v1.0 "Gossip Emission"; v1.1 "Adaptive Gossip Dissemination", "Spam Protection Measures".
 */
final class Gossip {

    private static final int WANTED_FIRST = 64;

    private final GossipParams params;
    private final Topics topics;
    private final MessageCache history;
    private final Promises promises;
    private final RandomGenerator random;
    private final GossipCounters counters;
    private final GossipSink sink;
    private final MemberList candidates = new MemberList();
    private final MessageCache.GossipVisitor sortIntoTopics = this::sortIntoTopic;
    private MessageId[] wanted = new MessageId[WANTED_FIRST];
    private int wantedCount;

    Gossip(
            GossipParams params,
            Topics topics,
            MessageCache history,
            Promises promises,
            RandomGenerator random,
            GossipCounters counters,
            GossipSink sink) {
        this.params = params;
        this.topics = topics;
        this.history = history;
        this.promises = promises;
        this.random = random;
        this.counters = counters;
        this.sink = sink;
    }

    /** Announces the ids of the gossip windows; one pass over the cache sorts them into their topics. */
    void emit() {
        history.forEachGossip(sortIntoTopics);
        for (int index = 0; index < topics.indexEnd(); index++) {
            TopicState topic = topics.at(index);
            if (topic != null && !topic.gossip.isEmpty()) {
                emit(topic);
                topic.gossip.clear();
            }
        }
    }

    private void sortIntoTopic(int topicIndex, GossipMessage message) {
        TopicState topic = topics.at(topicIndex, message.topic());
        if (topic != null && (topic.joined() || topic.fanning)) {
            topic.gossip.add(message.id());
        }
    }

    private void emit(TopicState topic) {
        TopicParams mine = topic.params != null ? topic.params : params.defaultTopic();
        for (int i = 0; i < topic.members.size(); i++) {
            Member member = topic.members.get(i);
            if (!member.inMesh && !member.inFanout && !member.hearsAll()) {
                candidates.add(member);
            }
        }
        int target = Math.max(mine.dLazy(), (int) (mine.gossipFactor() * candidates.size()));
        int chosen = candidates.shuffleFirst(target, random);
        List<MessageId> ids = topic.gossip;
        boolean all = ids.size() <= params.ihaveIdsMax();
        MessageId[] shared = chosen > 0 && all ? shuffled(ids, ids.size()) : new MessageId[0];
        for (int i = 0; i < chosen; i++) {
            MessageId[] announced = all ? shared : shuffled(ids, params.ihaveIdsMax());
            counters.increment(GossipCounter.IHAVES_SENT);
            counters.add(GossipCounter.IHAVE_IDS_SENT, announced.length);
            sink.sendIHave(candidates.get(i).peer.slot, topic.name, announced);
        }
        candidates.clear();
    }

    /** {@code count} of the ids at random: when there are too many, each peer hears of others. */
    private MessageId[] shuffled(List<MessageId> ids, int count) {
        for (int i = 0; i < count; i++) {
            int j = i + random.nextInt(ids.size() - i);
            MessageId id = ids.get(i);
            ids.set(i, ids.get(j));
            ids.set(j, id);
        }
        return ids.subList(0, count).toArray(new MessageId[0]);
    }

    /** An id of the RPC being read that is new: it will be asked for. */
    void want(MessageId id, PeerState peer, long nowNs) {
        if (wantedCount == wanted.length) {
            wanted = Arrays.copyOf(wanted, 2 * wantedCount);
        }
        wanted[wantedCount++] = id;
        promises.onAsked(id, peer, nowNs);
    }

    /** Asks for what the RPC brought up, in random order. */
    void sendWanted(PeerState peer) {
        if (wantedCount == 0) {
            return;
        }
        for (int i = 0; i < wantedCount - 1; i++) {
            int j = i + random.nextInt(wantedCount - i);
            MessageId id = wanted[i];
            wanted[i] = wanted[j];
            wanted[j] = id;
        }
        counters.add(GossipCounter.IWANT_IDS_SENT, wantedCount);
        sink.sendIWant(peer.slot, wanted, wantedCount);
        if (wantedCount > WANTED_FIRST) {
            wanted = new MessageId[WANTED_FIRST];
        }
        wantedCount = 0;
    }

    /** Answers one id of an IWANT, if the message is still here and the peer has not had it too often. */
    void serve(PeerState peer, long low, ByteBuf id, int offset, int length) {
        GossipMessage message = history.get(low, id, offset, length);
        if (message == null) {
            return;
        }
        if (history.countAsked(message, peer.serial) > params.iwantRetransmissionsMax()) {
            counters.increment(GossipCounter.IWANTS_IGNORED);
            return;
        }
        counters.increment(GossipCounter.IWANTS_SERVED);
        sink.sendMessage(peer.slot, message, DataKind.REPLY);
    }
}
