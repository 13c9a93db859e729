package io.outcry.gossip;

import io.outcry.core.identity.PeerId;
import io.outcry.gossip.message.TopicRule;
import io.outcry.gossip.message.TopicRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * The topics of this node as its user sees them: options, subscribers, and a view of mesh and peers that any thread may
 * read.
 *
 * <p><b>Threading</b>: subscribing and configuring take the table's lock; everything else is read without locks.
 */
final class TopicTable {

    private final PubSubOptions options;
    private final Map<String, TopicOptions> configured = new ConcurrentHashMap<>();
    /** Topics with at least one subscriber. */
    private final Map<String, CopyOnWriteArrayList<Subscription>> subscribers = new ConcurrentHashMap<>();

    private final Map<String, Set<PeerId>> meshes = new ConcurrentHashMap<>();
    private final Map<String, Set<PeerId>> peers = new ConcurrentHashMap<>();

    TopicTable(PubSubOptions options) {
        this.options = options;
    }

    TopicOptions options(String topic) {
        TopicOptions own = configured.get(topic);
        return own != null ? own : options.topic(topic);
    }

    synchronized void configure(String topic, TopicOptions topicOptions) {
        if (subscribers.containsKey(topic)) {
            throw new IllegalStateException(
                    "topic " + topic + " has subscribers; configure a topic before it is subscribed to");
        }
        configured.put(topic, topicOptions);
    }

    /** Adds a subscriber; true if it is the topic's first. */
    boolean add(Subscription subscription) {
        CopyOnWriteArrayList<Subscription> list =
                subscribers.computeIfAbsent(subscription.topic(), name -> new CopyOnWriteArrayList<>());
        list.add(subscription);
        return list.size() == 1;
    }

    /** Removes a subscriber; true if it was the topic's last. */
    boolean remove(Subscription subscription) {
        CopyOnWriteArrayList<Subscription> list = subscribers.get(subscription.topic());
        if (list == null || !list.remove(subscription) || !list.isEmpty()) {
            return false;
        }
        subscribers.remove(subscription.topic());
        return true;
    }

    @Nullable
    List<Subscription> subscribers(String topic) {
        return subscribers.get(topic);
    }

    List<String> joined() {
        return List.copyOf(subscribers.keySet());
    }

    /** The rules of the joined topics. */
    TopicRules rules() {
        List<TopicRule> rules = new ArrayList<>();
        for (String topic : subscribers.keySet()) {
            rules.add(options(topic).rule(topic));
        }
        return new TopicRules(rules);
    }

    // -------------------------------------------------------------------------------- views, written by the router

    /** True if that changed anything: one who is refused was not in it. */
    boolean onMesh(String topic, PeerId peer, boolean in) {
        return change(meshes, topic, peer, in);
    }

    void onPeer(String topic, PeerId peer, boolean in) {
        change(peers, topic, peer, in);
    }

    Set<PeerId> mesh(String topic) {
        return Set.copyOf(meshes.getOrDefault(topic, Set.of()));
    }

    Set<PeerId> peers(String topic) {
        return Set.copyOf(peers.getOrDefault(topic, Set.of()));
    }

    Map<String, Integer> peerCounts() {
        Map<String, Integer> counts = new HashMap<>();
        peers.forEach((topic, members) -> counts.put(topic, members.size()));
        return counts;
    }

    /** Only the router's thread changes a view, so an empty set can go without a race. */
    private static boolean change(Map<String, Set<PeerId>> view, String topic, PeerId peer, boolean in) {
        if (in) {
            return view.computeIfAbsent(topic, name -> ConcurrentHashMap.newKeySet())
                    .add(peer);
        }
        Set<PeerId> members = view.get(topic);
        if (members == null || !members.remove(peer)) {
            return false;
        }
        if (members.isEmpty()) {
            view.remove(topic);
        }
        return true;
    }
}
