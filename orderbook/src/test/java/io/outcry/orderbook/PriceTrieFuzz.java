package io.outcry.orderbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.Seeds;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The trie beside a {@link TreeMap}, with keys of every magnitude and sign. */
@ExtendWith(Seeds.class)
class PriceTrieFuzz {

    private static final int LEVELS = 512;

    @Test
    void agreesWithATreeMap(RandomGenerator random) {
        PriceTrie trie = new PriceTrie(2);
        long[] keys = new long[LEVELS];
        TreeMap<Long, Integer> oracle = new TreeMap<>();
        ArrayDeque<Integer> free = new ArrayDeque<>();
        for (int level = 0; level < LEVELS; level++) {
            free.add(level);
        }
        for (int i = 0; i < 200_000; i++) {
            long key = key(random);
            Integer there = oracle.get(key);
            if (there != null) {
                trie.remove(key);
                oracle.remove(key);
                free.add(there);
            } else if (!free.isEmpty()) {
                int level = free.remove();
                keys[level] = key;
                trie.insert(key, level, keys);
                oracle.put(key, level);
            }
            long probe = key(random);
            Map.Entry<Long, Integer> floor = oracle.floorEntry(probe);
            assertThat(trie.floor(probe, keys)).isEqualTo(floor == null ? Ladder.NONE : floor.getValue());
            assertThat(trie.find(probe, keys)).isEqualTo(oracle.getOrDefault(probe, Ladder.NONE));
            assertThat(trie.size()).isEqualTo(oracle.size());
        }
    }

    private static long key(RandomGenerator random) {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextLong();
            case 1 -> Long.MAX_VALUE - random.nextInt(50);
            case 2 -> Long.MIN_VALUE + random.nextInt(50);
            case 3 -> random.nextInt(100) - 50;
            default -> (random.nextInt(41) - 20L) << random.nextInt(58);
        };
    }
}
