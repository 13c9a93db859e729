package io.outcry.orderbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Random orders beside a sorted list: quiet markets, flash crashes, prices at the ends of the number line, priorities that
 * arrive in any order, holds that come and go.
 */
@ExtendWith(Seeds.class)
class LadderFuzz {

    private static final int STEPS = 30_000;

    private record Entry(int slot, Side side, long price, long high, long low, long ref, Available available) {
        long quantity() {
            return available.quantity;
        }
    }

    /** What changes while the order lives. */
    private static final class Available {
        long quantity;

        Available(long quantity) {
            this.quantity = quantity;
        }
    }

    @Test
    void agreesWithASortedListInASmallWindow(RandomGenerator random) {
        run(random, 64, 150);
    }

    @Test
    void agreesWithASortedListInALargeWindow(RandomGenerator random) {
        run(random, 1 << 14, 400);
    }

    /** Priorities in any order at one price, hundreds of orders deep: the milestones are kept through it all. */
    @Test
    void keepsALongQueueInOrder(RandomGenerator random) {
        Ladder ladder = new Ladder(4_000, 64, PriorityTie.ARRIVAL);
        List<Integer> slots = new ArrayList<>();
        for (int step = 0; step < 20_000; step++) {
            boolean grow = random.nextInt(100) < (step < 8_000 ? 80 : 48);
            if (slots.isEmpty() || (grow && !ladder.isFull())) {
                // Now and then a run of rising priorities, as an owner's orders in a snapshot.
                long high = random.nextInt(4) == 0 ? step : random.nextInt(20_000);
                slots.add(ladder.insert(Side.SELL, 100, high, step, 1 + random.nextInt(3), step));
            } else {
                int at = random.nextInt(slots.size());
                int slot = slots.get(at);
                if (random.nextBoolean()) {
                    ladder.setAvailable(slot, ladder.available(slot) == 0 ? 5 : 0);
                } else {
                    ladder.remove(slot);
                    slots.set(at, slots.get(slots.size() - 1));
                    slots.remove(slots.size() - 1);
                }
            }
            if (step % 50 == 0) {
                ladder.validate();
            }
        }
        ladder.validate();
        assertThat(ladder.levelOrders(Side.SELL, 100)).isGreaterThan(500);
    }

    private static void run(RandomGenerator random, int window, int sizeMax) {
        Ladder ladder = new Ladder(sizeMax, window, (a, b) -> Long.compare(a, b));
        List<Entry> oracle = new ArrayList<>();
        PriceWalk prices = new PriceWalk(random);
        long ref = 0;
        for (int step = 0; step < STEPS; step++) {
            int dice = random.nextInt(10);
            if (oracle.isEmpty() || (dice < 5 && oracle.size() < sizeMax)) {
                Side side = random.nextBoolean() ? Side.BUY : Side.SELL;
                long high = random.nextInt(6) - 3L;
                long low = random.nextInt(3) - 1L;
                long quantity = random.nextInt(4) == 0 ? 0 : 1 + random.nextInt(50);
                long price = prices.next();
                int slot = ladder.insert(side, price, high, low, quantity, ++ref);
                oracle.add(new Entry(slot, side, price, high, low, ref, new Available(quantity)));
            } else if (dice < 8) {
                Entry entry = oracle.get(random.nextInt(oracle.size()));
                entry.available.quantity = random.nextInt(3) == 0 ? 0 : random.nextInt(60);
                ladder.setAvailable(entry.slot, entry.quantity());
            } else {
                ladder.remove(oracle.remove(random.nextInt(oracle.size())).slot);
            }
            assertThat(ladder.size()).isEqualTo(oracle.size());
            if (step % 8 == 0) {
                ladder.validate();
                compare(ladder, oracle, Side.BUY);
                compare(ladder, oracle, Side.SELL);
            }
        }
    }

    private static void compare(Ladder ladder, List<Entry> oracle, Side side) {
        Comparator<Entry> byPrice = Comparator.comparingLong(Entry::price);
        Comparator<Entry> order = (side == Side.BUY ? byPrice.reversed() : byPrice)
                .thenComparingLong(Entry::high)
                .thenComparing(Entry::low, Long::compareUnsigned)
                .thenComparingLong(Entry::ref);
        List<Entry> sorted = oracle.stream()
                .filter(entry -> entry.side == side && entry.quantity() > 0)
                .sorted(order)
                .toList();
        int slot = ladder.best(side);
        for (Entry entry : sorted) {
            assertThat(slot).isEqualTo(entry.slot);
            assertThat(ladder.ref(slot)).isEqualTo(entry.ref);
            assertThat(ladder.available(slot)).isEqualTo(entry.quantity());
            slot = ladder.next(slot);
        }
        assertThat(slot).isEqualTo(Ladder.NONE);
        if (!sorted.isEmpty()) {
            long price = sorted.get(sorted.size() / 2).price;
            long sum = 0;
            int orders = 0;
            for (Entry entry : sorted) {
                if (entry.price == price) {
                    sum += entry.quantity();
                    orders++;
                }
            }
            assertThat(ladder.levelQuantity(side, price)).isEqualTo(sum);
            assertThat(ladder.levelOrders(side, price)).isEqualTo(orders);
        }
    }
}
