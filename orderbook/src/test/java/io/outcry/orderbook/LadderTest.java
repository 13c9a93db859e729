package io.outcry.orderbook;

import static io.outcry.orderbook.Side.BUY;
import static io.outcry.orderbook.Side.SELL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LadderTest {

    private final Ladder ladder = new Ladder(1_000);

    @Test
    void anEmptyLadderQuotesNothing() {
        assertThat(ladder.best(BUY)).isEqualTo(Ladder.NONE);
        assertThat(ladder.isEmpty(SELL)).isTrue();
        assertThat(ladder.levelQuantity(BUY, 100)).isZero();
        assertThat(ladder.levels(BUY)).isZero();
        assertThatIllegalStateException().isThrownBy(() -> ladder.bestPrice(BUY));
    }

    @Test
    void bidsFallAndAsksRise() {
        for (long price : new long[] {101, 99, 100, 1_000_000, 3}) {
            ladder.append(BUY, price, 1, price);
            ladder.append(SELL, price, 1, price);
        }
        assertThat(refs(BUY)).containsExactly(1_000_000L, 101L, 100L, 99L, 3L);
        assertThat(refs(SELL)).containsExactly(3L, 99L, 100L, 101L, 1_000_000L);
    }

    @Test
    void ordersOfOnePriceKeepTheOrderOfArrival() {
        for (long ref = 1; ref <= 5; ref++) {
            ladder.append(SELL, 100, 10, ref);
        }
        assertThat(refs(SELL)).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(ladder.levelOrders(SELL, 100)).isEqualTo(5);
        assertThat(ladder.levelQuantity(SELL, 100)).isEqualTo(50);
    }

    @Test
    void anExplicitPriorityDecidesWhateverTheArrival() {
        ladder.insert(BUY, 100, 7, 0, 1, 3);
        ladder.insert(BUY, 100, 5, 9, 1, 2);
        ladder.insert(BUY, 100, 9, 0, 1, 5);
        ladder.insert(BUY, 100, 5, 2, 1, 1);
        ladder.insert(BUY, 100, 7, 1, 1, 4);
        assertThat(refs(BUY)).containsExactly(1L, 2L, 3L, 4L, 5L);
        ladder.validate();
    }

    @Test
    void theSecondWordOfAPriorityIsUnsignedAndTheFirstSigned() {
        ladder.insert(BUY, 100, 0, -1, 1, 3);
        ladder.insert(BUY, 100, 0, 1, 1, 2);
        ladder.insert(BUY, 100, -1, 0, 1, 1);
        assertThat(refs(BUY)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void theTieDecidesBetweenEqualPriorities() {
        Ladder tied = new Ladder(10, 64, (a, b) -> Long.compare(b, a));
        tied.insert(BUY, 100, 1, 1, 1, 10);
        tied.insert(BUY, 100, 1, 1, 1, 30);
        tied.insert(BUY, 100, 1, 1, 1, 20);
        assertThat(refs(tied, BUY)).containsExactly(30L, 20L, 10L);
    }

    @Test
    void aParkedOrderIsSeenByNobodyAndReturnsToItsPlace() {
        int first = ladder.insert(SELL, 100, 1, 0, 5, 1);
        int second = ladder.insert(SELL, 100, 2, 0, 7, 2);
        ladder.insert(SELL, 100, 3, 0, 9, 3);
        ladder.setAvailable(second, 0);
        ladder.setAvailable(first, 0);
        assertThat(refs(SELL)).containsExactly(3L);
        assertThat(ladder.levelQuantity(SELL, 100)).isEqualTo(9);
        assertThat(ladder.levelOrders(SELL, 100)).isEqualTo(1);
        assertThat(ladder.size()).isEqualTo(3);
        ladder.setAvailable(second, 4);
        ladder.setAvailable(first, 5);
        assertThat(refs(SELL)).containsExactly(1L, 2L, 3L);
        assertThat(ladder.levelQuantity(SELL, 100)).isEqualTo(18);
        ladder.validate();
    }

    @Test
    void parkingTheLastOrderOfALevelRemovesTheLevel() {
        int only = ladder.append(BUY, 100, 5, 1);
        ladder.append(BUY, 99, 5, 2);
        ladder.setAvailable(only, 0);
        assertThat(ladder.bestPrice(BUY)).isEqualTo(99);
        assertThat(ladder.levels(BUY)).isEqualTo(1);
        ladder.setAvailable(only, 5);
        assertThat(ladder.bestPrice(BUY)).isEqualTo(100);
        ladder.remove(only);
        assertThat(ladder.bestPrice(BUY)).isEqualTo(99);
        ladder.validate();
    }

    @Test
    void aParkedOrderMayBeRemoved() {
        int slot = ladder.insert(BUY, 100, 1, 0, 0, 1);
        assertThat(ladder.isEmpty(BUY)).isTrue();
        assertThat(ladder.available(slot)).isZero();
        ladder.remove(slot);
        assertThat(ladder.size()).isZero();
        assertThat(ladder.isUsed(slot)).isFalse();
        ladder.validate();
    }

    @Test
    void removingHeadMiddleOrTailKeepsTheOthersInOrder() {
        int[] slots = new int[6];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = ladder.append(SELL, 100, 1, i);
        }
        ladder.remove(slots[0]);
        ladder.remove(slots[3]);
        ladder.remove(slots[5]);
        assertThat(refs(SELL)).containsExactly(1L, 2L, 4L);
        ladder.validate();
    }

    @Test
    void aFilterSkipsAndALimitStops() {
        ladder.append(SELL, 100, 1, 1);
        ladder.append(SELL, 101, 1, 2);
        ladder.append(SELL, 102, 1, 3);
        assertThat(ladder.ref(ladder.best(SELL, slot -> ladder.ref(slot) > 1))).isEqualTo(2);
        assertThat(ladder.ref(ladder.best(SELL, 102, slot -> ladder.ref(slot) > 2)))
                .isEqualTo(3);
        assertThat(ladder.best(SELL, 101, slot -> ladder.ref(slot) > 2)).isEqualTo(Ladder.NONE);
        ladder.append(BUY, 90, 1, 4);
        assertThat(ladder.best(BUY, 91, slot -> true)).isEqualTo(Ladder.NONE);
        assertThat(ladder.ref(ladder.best(BUY, 90, slot -> true))).isEqualTo(4);
    }

    @Test
    void theSidesMayCross() {
        ladder.append(BUY, 105, 1, 1);
        ladder.append(SELL, 95, 1, 2);
        assertThat(ladder.bestPrice(BUY)).isEqualTo(105);
        assertThat(ladder.bestPrice(SELL)).isEqualTo(95);
        ladder.validate();
    }

    @Test
    void aLevelsSumNeverWraps() {
        int[] slots = new int[40];
        for (int i = 0; i < slots.length; i++) {
            slots[i] = ladder.append(SELL, 100, Long.MAX_VALUE, i);
        }
        assertThat(ladder.levelQuantity(SELL, 100)).isEqualTo(Long.MAX_VALUE);
        for (int i = 0; i < slots.length - 1; i++) {
            ladder.remove(slots[i]);
        }
        ladder.setAvailable(slots[39], 13_000_000_000L);
        assertThat(ladder.levelQuantity(SELL, 100)).isEqualTo(13_000_000_000L);
        ladder.validate();
    }

    @Test
    void pricesReachFromTheSmallestLongToTheLargest() {
        long[] prices = {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, 1, Long.MAX_VALUE - 1, Long.MAX_VALUE};
        for (long price : prices) {
            ladder.append(SELL, price, 1, price);
            ladder.append(BUY, price, 1, price);
        }
        ladder.validate();
        assertThat(refs(SELL)).isSorted().hasSize(prices.length);
        assertThat(ladder.bestPrice(BUY)).isEqualTo(Long.MAX_VALUE);
        assertThat(ladder.bestPrice(SELL)).isEqualTo(Long.MIN_VALUE);
    }

    @Test
    void theWindowFollowsAPriceThatRunsAway() {
        Ladder small = new Ladder(10_000, 64, PriorityTie.ARRIVAL);
        for (int i = 0; i < 2_000; i++) {
            small.append(SELL, 1_000_000 - i, 1, i);
        }
        small.validate();
        assertThat(small.side(SELL).windowHolds(small.bestPrice(SELL))).isTrue();
        assertThat(small.levels(SELL)).isEqualTo(2_000);
        while (!small.isEmpty(SELL)) {
            long before = small.bestPrice(SELL);
            small.remove(small.best(SELL));
            assertThat(small.isEmpty(SELL) || small.bestPrice(SELL) == before + 1)
                    .isTrue();
        }
        small.validate();
    }

    @Test
    void aLonelyQuoteFarAwayDoesNotMoveTheWindow() {
        Ladder small = new Ladder(1_000, 64, PriorityTie.ARRIVAL);
        for (int i = 0; i < 48; i++) {
            small.append(BUY, 1_000 - i, 1, i);
        }
        for (int i = 0; i < 10; i++) {
            int far = small.append(BUY, Long.MAX_VALUE, 1, 99);
            assertThat(small.bestPrice(BUY)).isEqualTo(Long.MAX_VALUE);
            small.remove(far);
            assertThat(small.side(BUY).windowHolds(1_000)).isTrue();
        }
        small.validate();
    }

    @Test
    void levelsAreShownBestFirstUpToTheDepthAskedFor() {
        ladder.append(BUY, 100, 5, 1);
        ladder.append(BUY, 100, 6, 2);
        ladder.append(BUY, 98, 7, 3);
        ladder.append(BUY, 97, 8, 4);
        List<String> seen = new ArrayList<>();
        int shown = ladder.forEachLevel(
                BUY,
                2,
                (rank, price, quantity, orders) -> seen.add(rank + ":" + price + ":" + quantity + ":" + orders));
        assertThat(shown).isEqualTo(2);
        assertThat(seen).containsExactly("0:100:11:2", "1:98:7:1");
    }

    @Test
    void mistakesOfTheCallerAreNamed() {
        int slot = ladder.append(BUY, 100, 5, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ladder.setAvailable(slot, -3))
                .withMessageContaining("-3");
        assertThatIllegalStateException()
                .isThrownBy(() -> ladder.insert(BUY, 100, 1, 1, 1, 1))
                .withMessageContaining("ARRIVAL");
        ladder.remove(slot);
        assertThatIllegalStateException().isThrownBy(() -> ladder.remove(slot)).withMessageContaining("slot " + slot);
        assertThatIllegalStateException().isThrownBy(() -> ladder.setAvailable(slot, 1));
        Ladder one = new Ladder(1);
        one.append(BUY, 1, 1, 1);
        assertThat(one.isFull()).isTrue();
        assertThatIllegalStateException()
                .isThrownBy(() -> one.append(BUY, 1, 1, 2))
                .withMessageContaining("full");
        assertThatIllegalArgumentException().isThrownBy(() -> new Ladder(10, 100, PriorityTie.ARRIVAL));
        assertThatIllegalArgumentException().isThrownBy(() -> new Ladder(0));
    }

    @Test
    void aFreedSlotIsPoisonedWhereAssertionsAreOn() {
        int slot = ladder.append(BUY, 100, 5, 1);
        ladder.remove(slot);
        assertThat(catchError(() -> ladder.price(slot))).isInstanceOf(AssertionError.class);
    }

    @Test
    void clearingGivesEverySlotBack() {
        for (int i = 0; i < 100; i++) {
            ladder.append(BUY, i, 1, i);
            ladder.append(SELL, i << 20, 1, i);
        }
        ladder.clear();
        ladder.validate();
        assertThat(ladder.size()).isZero();
        ladder.insert(SELL, 5, 1, 1, 1, 1);
        ladder.validate();
        assertThat(refs(SELL)).containsExactly(1L);
    }

    private static Throwable catchError(Runnable task) {
        try {
            task.run();
        } catch (Throwable e) {
            return e;
        }
        throw new IllegalStateException("nothing was thrown");
    }

    private List<Long> refs(Side side) {
        return refs(ladder, side);
    }

    private static List<Long> refs(Ladder ladder, Side side) {
        List<Long> refs = new ArrayList<>();
        for (int slot = ladder.best(side); slot != Ladder.NONE; slot = ladder.next(slot)) {
            refs.add(ladder.ref(slot));
        }
        return refs;
    }
}
