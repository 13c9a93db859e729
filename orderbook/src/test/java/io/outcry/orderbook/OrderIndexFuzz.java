package io.outcry.orderbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.Seeds;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The index beside a {@link HashMap}, with ids as people give them out and with ids that want to meet in one place. */
@ExtendWith(Seeds.class)
class OrderIndexFuzz {

    private static final int SLOTS = 600;

    /** Times the index's own factor this is 1: multiples of it stay together. */
    private static final long INVERSE = 0xF1DE83E19937733DL;

    @Test
    void agreesWithAHashMap(RandomGenerator random) {
        OrderIndex index = new OrderIndex();
        long[] ids = new long[SLOTS];
        Map<Long, Integer> oracle = new HashMap<>();
        for (int step = 0; step < 200_000; step++) {
            if (step % 50_000 == 49_999) {
                index.clear();
                oracle.clear();
            }
            long id = id(random);
            Integer there = oracle.get(id);
            assertThat(index.find(id, ids)).isEqualTo(there == null ? Ladder.NONE : there);
            if (there != null) {
                index.remove(there, ids);
                oracle.remove(id);
            } else if (oracle.size() < SLOTS / 2) {
                int slot = random.nextInt(SLOTS);
                while (oracle.containsValue(slot)) {
                    slot = (slot + 1) % SLOTS;
                }
                ids[slot] = id;
                index.add(slot, ids);
                oracle.put(id, slot);
            }
            assertThat(index.size()).isEqualTo(oracle.size());
        }
        oracle.forEach((id, slot) -> assertThat(index.find(id, ids)).isEqualTo(slot));
    }

    private static long id(RandomGenerator random) {
        int number = random.nextInt(300);
        return switch (random.nextInt(5)) {
            case 0 -> number;
            case 1 -> (long) number << 40;
            case 2 -> -number;
            case 3 -> number * INVERSE;
            default -> (number << 2) * INVERSE - 150;
        };
    }
}
