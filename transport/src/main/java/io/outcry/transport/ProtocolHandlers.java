package io.outcry.transport;

import io.outcry.transport.multistream.ProtocolTable;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who takes the streams of which protocol.
 *
 * <p><b>Threading</b>: any thread.
 */
final class ProtocolHandlers implements ProtocolTable {

    record Entry(
            String name, Predicate<String> matches, StreamHandler handler, StreamLimits limits, AtomicInteger open) {}

    private final BiConsumer<String, Throwable> onFailure;
    private final Map<String, Entry> byName = new ConcurrentHashMap<>();
    private final List<Entry> byMatch = new CopyOnWriteArrayList<>();

    /** @param onFailure hears of a match function that threw: the name it belongs to, and what */
    ProtocolHandlers(BiConsumer<String, Throwable> onFailure) {
        this.onFailure = onFailure;
    }

    void add(String name, StreamHandler handler, StreamLimits limits) {
        byName.put(name, new Entry(name, name::equals, handler, limits, new AtomicInteger()));
    }

    void add(String name, Predicate<String> matches, StreamHandler handler, StreamLimits limits) {
        byMatch.removeIf(entry -> entry.name().equals(name));
        byMatch.add(new Entry(name, matches, handler, limits, new AtomicInteger()));
    }

    boolean remove(String name) {
        boolean removed = byName.remove(name) != null;
        return byMatch.removeIf(entry -> entry.name().equals(name)) || removed;
    }

    @Nullable
    Entry find(String protocol) {
        Entry exact = byName.get(protocol);
        if (exact != null) {
            return exact;
        }
        for (Entry entry : byMatch) {
            if (matches(entry, protocol)) {
                return entry;
            }
        }
        return null;
    }

    /** User code, asked about whatever a peer proposes: one that throws does not speak it. */
    private boolean matches(Entry entry, String protocol) {
        try {
            return entry.matches().test(protocol);
        } catch (RuntimeException | Error failure) {
            onFailure.accept(entry.name(), failure);
            return false;
        }
    }

    @Override
    public boolean supports(String protocol) {
        return find(protocol) != null;
    }

    /** The names told to peers, sorted. */
    @Override
    public List<String> names() {
        return byName.keySet().stream().sorted().toList();
    }
}
