package io.outcry.gossip.router;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The topics a router knows: those it joined or publishes to and those its peers subscribed to. A topic nobody needs is
 * forgotten at once.
 */
final class Topics {

    /** Topics left that are remembered: as many as a user leaves while what tells a peer so is on its way. */
    static final int LEFT_MAX = 256;

    private final GossipParams params;
    /** Looked up only, never iterated. */
    private final Map<String, TopicState> byName = new HashMap<>();

    private final List<@Nullable TopicState> byIndex = new ArrayList<>();
    private final List<Integer> freeIndices = new ArrayList<>();
    private final List<TopicState> joined = new ArrayList<>();
    /** Topics left and not joined again, the latest last, each with the serial of the next peer to come up at that time. */
    private final Map<String, Integer> left = new LinkedHashMap<>();

    Topics(GossipParams params) {
        this.params = params;
    }

    @Nullable
    TopicState get(String name) {
        return byName.get(name);
    }

    /** The topic at an index, if it is still the one that {@code name} means. */
    @Nullable
    TopicState at(int index, String name) {
        TopicState topic = index < byIndex.size() ? byIndex.get(index) : null;
        return topic != null && topic.name.equals(name) ? topic : null;
    }

    TopicState getOrCreate(String name) {
        TopicState topic = byName.get(name);
        if (topic == null) {
            int index = freeIndices.isEmpty() ? byIndex.size() : freeIndices.remove(freeIndices.size() - 1);
            topic = new TopicState(name, index, params.backoffsPerTopicMax());
            byName.put(name, topic);
            if (index == byIndex.size()) {
                byIndex.add(topic);
            } else {
                byIndex.set(index, topic);
            }
        }
        return topic;
    }

    int size() {
        return byName.size();
    }

    /** Indices in use lie below this. */
    int indexEnd() {
        return byIndex.size();
    }

    @Nullable
    TopicState at(int index) {
        return byIndex.get(index);
    }

    int joined() {
        return joined.size();
    }

    TopicState joined(int i) {
        return joined.get(i);
    }

    void addJoined(TopicState topic) {
        joined.add(topic);
        left.remove(topic.name);
    }

    void removeJoined(TopicState topic, int nextSerial) {
        joined.remove(topic);
        left.put(topic.name, nextSerial);
        if (left.size() > LEFT_MAX) {
            Iterator<String> eldest = left.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
    }

    /** Visits the topics left while the peer with this serial was up. */
    void forEachLeftSince(int serial, Consumer<String> visitor) {
        left.forEach((name, nextSerial) -> {
            if (serial < nextSerial) {
                visitor.accept(name);
            }
        });
    }

    void forgetIfIdle(TopicState topic) {
        if (!topic.joined() && !topic.fanning && topic.members.size() == 0 && topic.backoffs.isEmpty()) {
            byName.remove(topic.name);
            byIndex.set(topic.index, null);
            freeIndices.add(topic.index);
        }
    }
}
