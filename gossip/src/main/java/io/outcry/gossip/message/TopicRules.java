package io.outcry.gossip.message;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the joined topics, found by the topic's bytes without making a string of them.
 *
 * <p><b>Threading</b>: immutable; a change makes a new one.
 */
public final class TopicRules {

    public static final TopicRules NONE = new TopicRules(java.util.List.of());

    private record Entry(byte[] name, TopicRule rule) {}

    /** Open addressing, at most half full. The names are ours, so nobody can choose them to collide. */
    private final @Nullable Entry[] table;

    public TopicRules(Collection<TopicRule> rules) {
        table = new Entry[Integer.highestOneBit(Math.max(1, rules.size())) << 2];
        for (TopicRule rule : rules) {
            byte[] name = rule.topic().getBytes(StandardCharsets.UTF_8);
            int hash = 0;
            for (byte b : name) {
                hash = 31 * hash + b;
            }
            int at = spread(hash) & table.length - 1;
            while (table[at] != null) {
                at = at + 1 & table.length - 1;
            }
            table[at] = new Entry(name, rule);
        }
    }

    /** The rule of the topic whose name is {@code length} bytes at the absolute index {@code offset}; null if none. */
    public @Nullable TopicRule find(ByteBuf buffer, int offset, int length) {
        int hash = 0;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + buffer.getByte(offset + i);
        }
        for (int at = spread(hash) & table.length - 1; ; at = at + 1 & table.length - 1) {
            Entry entry = table[at];
            if (entry == null) {
                return null;
            }
            if (same(entry.name, buffer, offset, length)) {
                return entry.rule;
            }
        }
    }

    private static boolean same(byte[] name, ByteBuf buffer, int offset, int length) {
        if (name.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (buffer.getByte(offset + i) != name[i]) {
                return false;
            }
        }
        return true;
    }

    private static int spread(int hash) {
        return hash ^ hash >>> 16;
    }
}
