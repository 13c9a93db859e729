package io.outcry.gossip.router;

import static io.outcry.gossip.router.GossipRouter.nanos;

import io.outcry.gossip.message.GossipMessage;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Who is in which mesh and fanout: subscriptions, GRAFT, PRUNE, backoffs, and their upkeep in the heartbeat.
 *
 * <p><b>Spec</b>: gossipsub-v1.0 "Topic Membership", "Control Messages", "Heartbeat"; v1.1 "Prune Backoff", "Outbound Mesh
 * Quotas", "Flood Publishing".
 */
final class Mesh {

    /** Backoffs are swept at every so many heartbeats. */
    private static final int SWEEP_HEARTBEATS = 15;

    private final GossipParams params;
    private final Topics topics;
    private final RandomGenerator random;
    private final GossipCounters counters;
    private final GossipSink sink;
    private final MemberList candidates = new MemberList();
    private int heartbeats;

    Mesh(GossipParams params, Topics topics, RandomGenerator random, GossipCounters counters, GossipSink sink) {
        this.params = params;
        this.topics = topics;
        this.random = random;
        this.counters = counters;
        this.sink = sink;
    }

    // ---------------------------------------------------------------------------------------------- subscriptions

    /** A peer subscribed or unsubscribed; false if a limit refuses it. */
    boolean onSubscription(PeerState peer, String name, int nameBytes, boolean subscribe, long nowNs) {
        TopicState topic = topics.get(name);
        Member member = topic == null ? null : peer.members.get(topic.index);
        if (!subscribe) {
            if (member != null) {
                unsubscribe(member, nameBytes);
            }
            return true;
        }
        if (member != null && member.subscribed) {
            return true;
        }
        if (peer.topics >= params.topicsPerPeerMax()
                || peer.topicBytes + nameBytes > params.topicBytesPerPeerMax()
                || (topic == null && topics.size() >= params.topicsMax())) {
            return false;
        }
        TopicState known = topics.getOrCreate(name);
        Member link = member != null ? member : link(peer, known);
        link.subscribed = true;
        peer.topics++;
        peer.topicBytes += nameBytes;
        sink.onSubscription(peer.id, name, true);
        TopicParams mine = known.params;
        if (mine != null && known.mesh.size() < mine.dLow() && eligible(link, nowNs)) {
            graft(link);
        }
        return true;
    }

    private void unsubscribe(Member member, int nameBytes) {
        PeerState peer = member.peer;
        if (member.subscribed) {
            peer.topics--;
            peer.topicBytes -= nameBytes;
        }
        unlink(member, PruneReason.UNSUBSCRIBED);
        sink.onSubscription(peer.id, member.topic.name, false);
    }

    /** The peer is gone: out of every mesh, fanout and list. */
    void onPeerDown(PeerState peer) {
        for (int index = 0, left = peer.members.size(); left > 0 && index < topics.indexEnd(); index++) {
            Member member = peer.members.get(index);
            if (member != null) {
                left--;
                unlink(member, PruneReason.GONE);
                if (member.subscribed) {
                    sink.onSubscription(peer.id, member.topic.name, false);
                }
            }
        }
    }

    /** A peer became direct or floodsub, or ceased to be so. */
    void onHearsAllChanged(PeerState peer, boolean heardAll, long nowNs) {
        boolean hearsAll = peer.direct || !peer.protocol.meshes();
        if (hearsAll == heardAll) {
            return;
        }
        for (int index = 0; index < topics.indexEnd(); index++) {
            Member member = peer.members.get(index);
            if (member == null) {
                continue;
            }
            TopicState topic = member.topic;
            if (!hearsAll) {
                topic.hearingAll.remove(member);
                continue;
            }
            if (member.inMesh) {
                prune(member, PruneReason.DIRECT, nowNs);
            }
            if (member.inFanout) {
                member.inFanout = false;
                topic.fanout.remove(member);
            }
            if (member.subscribed) {
                topic.hearingAll.add(member);
            }
        }
    }

    private Member link(PeerState peer, TopicState topic) {
        Member member = new Member(peer, topic);
        peer.members.put(topic.index, member);
        topic.addMember(member);
        return member;
    }

    private void unlink(Member member, PruneReason reason) {
        TopicState topic = member.topic;
        boolean meshed = member.inMesh;
        topic.removeMember(member);
        member.peer.members.remove(topic.index);
        if (meshed) {
            sink.withdrawGraft(member.peer.slot, topic.name);
            sink.onPrune(member.peer.id, topic.name, reason, 0);
        }
        topics.forgetIfIdle(topic);
    }

    // ------------------------------------------------------------------------------------------------- join, leave

    /** This node joined: the fanout becomes the mesh, and the mesh is filled up. */
    void onJoin(TopicState topic, long nowNs) {
        TopicParams mine = paramsOf(topic);
        for (int i = 0; i < topic.fanout.size() && topic.mesh.size() < mine.d(); i++) {
            Member member = topic.fanout.get(i);
            if (eligible(member, nowNs)) {
                graft(member);
            }
        }
        topic.clearFanout();
        graftUpTo(topic, mine.d(), false, nowNs);
    }

    /** This node leaves: everybody in the mesh is pruned, with the shorter backoff. */
    void onLeave(TopicState topic, long nowNs) {
        while (topic.mesh.size() > 0) {
            Member member = topic.mesh.get(topic.mesh.size() - 1);
            removeFromMesh(member);
            backOff(member.peer, topic, params.unsubscribeBackoffMs(), nowNs);
            sendPrune(member.peer, topic, PruneReason.LEAVING, params.unsubscribeBackoffMs());
            dropUnsubscribed(member);
        }
    }

    // ------------------------------------------------------------------------------------------------ GRAFT, PRUNE

    void onGraft(PeerState peer, TopicState topic, long nowNs) {
        Member member = peer.members.get(topic.index);
        if (member != null && member.inMesh || !peer.protocol.meshes()) {
            return;
        }
        if (peer.direct) {
            refuse(peer, topic, PruneReason.DIRECT, nowNs);
        } else if (topic.backoffs.isActive(peer.id, 0, nowNs)) {
            counters.increment(GossipCounter.GRAFTS_IN_BACKOFF);
            if (topic.backoffs.prunedWithin(peer.id, nanos(params.graftFloodMs()), nowNs)) {
                counters.increment(GossipCounter.GRAFTS_FLOODED);
            }
            refuse(peer, topic, PruneReason.BACKOFF, nowNs);
        } else if (topic.mesh.size() >= paramsOf(topic).dHigh() && !peer.outbound) {
            refuse(peer, topic, PruneReason.FULL, nowNs);
        } else {
            addToMesh(member != null ? member : link(peer, topic));
            sink.onGraft(peer.id, topic.name, false);
        }
    }

    void onPrune(PeerState peer, TopicState topic, long backoffSeconds, long nowNs) {
        Member member = peer.members.get(topic.index);
        boolean meshed = member != null && member.inMesh;
        long backoffMs = params.pruneBackoffMs();
        if (backoffSeconds != 0) {
            // Unsigned and unbounded on the wire: cut before it is multiplied.
            long maxSeconds = params.backoffMaxMs() / 1000;
            boolean over = backoffSeconds < 0 || backoffSeconds > maxSeconds;
            backoffMs = over ? params.backoffMaxMs() : backoffSeconds * 1000;
        }
        backOff(peer, topic, backoffMs, nowNs);
        if (member != null && meshed) {
            removeFromMesh(member);
            sink.withdrawGraft(peer.slot, topic.name);
            sink.onPrune(peer.id, topic.name, PruneReason.BY_PEER, backoffMs);
            dropUnsubscribed(member);
        }
    }

    /** Says once more whether the peer is in the mesh: GRAFT, or PRUNE with what is left of the backoff. */
    void tellAgain(PeerState peer, TopicState topic, long nowNs) {
        Member member = peer.members.get(topic.index);
        if (member != null && member.inMesh) {
            sink.sendGraft(peer.slot, topic.name);
            return;
        }
        long leftNs = topic.backoffs.leftNs(peer.id, nowNs);
        if (leftNs > 0 && peer.protocol.meshes()) {
            sink.sendPrune(peer.slot, topic.name, announced(peer, TimeUnit.NANOSECONDS.toMillis(leftNs)));
        }
    }

    /** What a PRUNE says of a backoff: whole seconds, at least one; nothing to peers that would not understand. */
    private static long announced(PeerState peer, long backoffMs) {
        return peer.protocol.backsOff() ? Math.max(1, backoffMs / 1000) : 0;
    }

    private void refuse(PeerState peer, TopicState topic, PruneReason reason, long nowNs) {
        backOff(peer, topic, params.pruneBackoffMs(), nowNs);
        sendPrune(peer, topic, reason, params.pruneBackoffMs());
    }

    private void graft(Member member) {
        addToMesh(member);
        counters.increment(GossipCounter.GRAFTS_SENT);
        sink.sendGraft(member.peer.slot, member.topic.name);
        sink.onGraft(member.peer.id, member.topic.name, true);
    }

    private void prune(Member member, PruneReason reason, long nowNs) {
        removeFromMesh(member);
        backOff(member.peer, member.topic, params.pruneBackoffMs(), nowNs);
        sendPrune(member.peer, member.topic, reason, params.pruneBackoffMs());
        dropUnsubscribed(member);
    }

    private void sendPrune(PeerState peer, TopicState topic, PruneReason reason, long backoffMs) {
        counters.increment(GossipCounter.PRUNES_SENT);
        sink.sendPrune(peer.slot, topic.name, announced(peer, backoffMs));
        sink.onPrune(peer.id, topic.name, reason, backoffMs);
    }

    private static void addToMesh(Member member) {
        member.inMesh = true;
        member.topic.mesh.add(member);
    }

    private static void removeFromMesh(Member member) {
        member.inMesh = false;
        member.topic.mesh.remove(member);
    }

    /** A peer that grafted without ever subscribing is forgotten with its place in the mesh. */
    private void dropUnsubscribed(Member member) {
        if (!member.subscribed) {
            member.topic.removeMember(member);
            member.peer.members.remove(member.topic.index);
        }
    }

    private void backOff(PeerState peer, TopicState topic, long backoffMs, long nowNs) {
        topic.backoffs.add(peer.id, nowNs + nanos(backoffMs), nowNs);
    }

    /** May be grafted: subscribed, meshing, not there yet, and past its backoff with some slack for skewed clocks. */
    private boolean eligible(Member member, long nowNs) {
        if (!member.subscribed || member.inMesh || member.hearsAll()) {
            return false;
        }
        return !member.topic.backoffs.isActive(member.peer.id, nanos(params.backoffSlackMs()), nowNs);
    }

    // --------------------------------------------------------------------------------------------------- heartbeat

    void heartbeat(long nowNs) {
        for (int i = 0; i < topics.joined(); i++) {
            maintain(topics.joined(i), nowNs);
        }
        boolean sweep = ++heartbeats % SWEEP_HEARTBEATS == 0;
        for (int index = 0; index < topics.indexEnd(); index++) {
            TopicState topic = topics.at(index);
            if (topic == null) {
                continue;
            }
            if (topic.fanning) {
                maintainFanout(topic, nowNs);
            }
            if (sweep && !topic.backoffs.isEmpty()) {
                topic.backoffs.sweep(nanos(params.backoffSlackMs()), nowNs);
                topics.forgetIfIdle(topic);
            }
        }
    }

    private void maintain(TopicState topic, long nowNs) {
        TopicParams mine = paramsOf(topic);
        if (topic.mesh.size() < mine.dLow()) {
            graftUpTo(topic, mine.d(), false, nowNs);
        } else if (topic.mesh.size() > mine.dHigh()) {
            pruneDownTo(topic, mine, nowNs);
        }
        if (topic.mesh.size() >= mine.dLow()) {
            int missing = mine.dOut() - outbound(topic.mesh, topic.mesh.size());
            if (missing > 0) {
                graftUpTo(topic, topic.mesh.size() + missing, true, nowNs);
            }
        }
    }

    private void graftUpTo(TopicState topic, int size, boolean outboundOnly, long nowNs) {
        if (topic.mesh.size() >= size) {
            return;
        }
        for (int i = 0; i < topic.members.size(); i++) {
            Member member = topic.members.get(i);
            if ((!outboundOnly || member.peer.outbound) && eligible(member, nowNs)) {
                candidates.add(member);
            }
        }
        int chosen = candidates.shuffleFirst(size - topic.mesh.size(), random);
        for (int i = 0; i < chosen; i++) {
            graft(candidates.get(i));
        }
        candidates.clear();
    }

    /** Keeps D at random, among them D_out that this node dialled, if there are so many. */
    private void pruneDownTo(TopicState topic, TopicParams mine, long nowNs) {
        MemberList mesh = topic.mesh;
        mesh.shuffleFirst(mesh.size(), random);
        int missing = mine.dOut() - outbound(mesh, mine.d());
        int keepAt = mine.d() - 1;
        for (int i = mine.d(); i < mesh.size() && missing > 0; i++) {
            if (mesh.get(i).peer.outbound) {
                while (keepAt > 0 && mesh.get(keepAt).peer.outbound) {
                    keepAt--;
                }
                mesh.swap(keepAt--, i);
                missing--;
            }
        }
        while (mesh.size() > mine.d()) {
            prune(mesh.get(mesh.size() - 1), PruneReason.TOO_MANY, nowNs);
        }
    }

    private static int outbound(MemberList members, int first) {
        int count = 0;
        for (int i = 0; i < first; i++) {
            if (members.get(i).peer.outbound) {
                count++;
            }
        }
        return count;
    }

    private void maintainFanout(TopicState topic, long nowNs) {
        if (topic.fanoutUntilNs - nowNs <= 0) {
            topic.clearFanout();
            topics.forgetIfIdle(topic);
        } else {
            fillFanout(topic);
        }
    }

    private void fillFanout(TopicState topic) {
        int missing = params.defaultTopic().d() - topic.fanout.size();
        if (missing <= 0) {
            return;
        }
        for (int i = 0; i < topic.members.size(); i++) {
            Member member = topic.members.get(i);
            if (!member.inFanout && !member.hearsAll()) {
                candidates.add(member);
            }
        }
        int chosen = candidates.shuffleFirst(missing, random);
        for (int i = 0; i < chosen; i++) {
            candidates.get(i).inFanout = true;
            topic.fanout.add(candidates.get(i));
        }
        candidates.clear();
    }

    // ----------------------------------------------------------------------------------------------------- publish

    /** Sends an own message to whom it is due; returns to how many. */
    int publish(TopicState topic, GossipMessage message, long nowNs) {
        if (params.floodPublish()) {
            return send(topic.members, topic.members.size(), message);
        }
        int sent = send(topic.hearingAll, topic.hearingAll.size(), message);
        TopicParams mine = topic.params;
        if (mine == null) {
            topic.fanning = true;
            topic.fanoutUntilNs = nowNs + nanos(params.fanoutTtlMs());
            fillFanout(topic);
            return sent + send(topic.fanout, topic.fanout.size(), message);
        }
        sent += send(topic.mesh, topic.mesh.size(), message);
        int missing = mine.d() - topic.mesh.size();
        if (missing > 0) {
            for (int i = 0; i < topic.members.size(); i++) {
                Member member = topic.members.get(i);
                if (!member.inMesh && !member.hearsAll()) {
                    candidates.add(member);
                }
            }
            sent += send(candidates, candidates.shuffleFirst(missing, random), message);
            candidates.clear();
        }
        return sent;
    }

    private int send(MemberList to, int count, GossipMessage message) {
        for (int i = 0; i < count; i++) {
            sink.sendMessage(to.get(i).peer.slot, message, DataKind.PUBLISH);
        }
        return count;
    }

    private static TopicParams paramsOf(TopicState topic) {
        @Nullable TopicParams mine = topic.params;
        if (mine == null) {
            throw new IllegalStateException("topic " + topic.name + " is not joined");
        }
        return mine;
    }
}
