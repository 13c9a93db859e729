package io.outcry.core.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryBudgetTest {

    @ParameterizedTest
    @CsvSource({"LOW, 400", "MEDIUM, 600", "HIGH, 800", "ALWAYS, 1000"})
    void eachPriorityFillsItsShareAndNoMore(Priority priority, long share) {
        MemoryBudget budget = new MemoryBudget("node", 1000);
        assertThat(budget.reserve(share + 1, priority)).isFalse();
        assertThat(budget.reserve(share, priority)).isTrue();
        assertThat(budget.reserve(1, priority)).isFalse();
        assertThat(budget.used()).isEqualTo(share);
        assertThat(budget.refused()).isEqualTo(2);
    }

    @Test
    void controlTrafficFindsRoomWhenDataFindsNone() {
        MemoryBudget budget = new MemoryBudget("node", 1000);
        assertThat(budget.reserve(600, Priority.MEDIUM)).isTrue();
        assertThat(budget.reserve(1, Priority.LOW)).isFalse();
        assertThat(budget.reserve(1, Priority.MEDIUM)).isFalse();
        assertThat(budget.reserve(200, Priority.HIGH)).isTrue();
        assertThat(budget.reserve(200, Priority.ALWAYS)).isTrue();
        assertThat(budget.reserve(1, Priority.ALWAYS)).isFalse();
    }

    @Test
    void sharesOfHugeLimitsDoNotOverflow() {
        MemoryBudget budget = new MemoryBudget("node", Long.MAX_VALUE);
        assertThat(budget.reserve(Long.MAX_VALUE / 100 * 40, Priority.LOW)).isTrue();
        assertThat(budget.reserve(Long.MAX_VALUE, Priority.ALWAYS)).isFalse();
        assertThat(budget.reserve(Long.MAX_VALUE - budget.used(), Priority.ALWAYS))
                .isTrue();
    }

    @Test
    void aChildReservesInItsAncestorsOrNowhere() {
        MemoryBudget node = new MemoryBudget("node", 100);
        MemoryBudget a = node.child("a", 80);
        MemoryBudget b = node.child("b", 80);
        MemoryBudget deep = a.child("deep", 1000);
        assertThat(deep.reserve(70, Priority.ALWAYS)).isTrue();
        assertThat(List.of(deep.used(), a.used(), node.used())).containsOnly(70L);
        assertThat(deep.reserve(11, Priority.ALWAYS)).as("a is full").isFalse();
        assertThat(b.reserve(31, Priority.ALWAYS)).as("the node is full").isFalse();
        assertThat(List.of(deep.used(), a.used(), node.used())).containsOnly(70L);
        assertThat(b.used()).isZero();
        assertThat(b.refused()).isEqualTo(1);
        assertThat(a.refused()).isEqualTo(1);
        deep.release(70);
        assertThat(List.of(deep.used(), a.used(), node.used())).containsOnly(0L);
        assertThat(node.peak()).isEqualTo(70);
        assertThat(deep.peak()).isEqualTo(70);
    }

    @Test
    void aChildOfTwoReservesInBothOrNowhere() {
        MemoryBudget node = new MemoryBudget("node", 100);
        MemoryBudget peer = node.child("peer", 60);
        MemoryBudget address = new MemoryBudget("address", 50);
        MemoryBudget first = peer.child("first", 100, address);
        MemoryBudget second = node.child("peer", 60).child("second", 100, address);
        assertThat(first.reserve(51, Priority.ALWAYS)).as("the address is full").isFalse();
        assertThat(List.of(first.used(), peer.used(), address.used(), node.used()))
                .containsOnly(0L);
        assertThat(first.reserve(40, Priority.ALWAYS)).isTrue();
        assertThat(second.reserve(11, Priority.ALWAYS)).as("for both").isFalse();
        assertThat(second.reserve(10, Priority.ALWAYS)).isTrue();
        assertThat(peer.reserve(20, Priority.ALWAYS)).isTrue();
        assertThat(peer.reserve(1, Priority.ALWAYS)).as("the peer is full").isFalse();
        assertThat(List.of(peer.used(), address.used(), node.used())).containsExactly(60L, 50L, 70L);
        assertThat(address.peak()).isEqualTo(50);
        first.release(15);
        assertThat(List.of(peer.used(), address.used(), node.used())).containsExactly(45L, 35L, 55L);
        first.close();
        second.close();
        assertThat(List.of(peer.used(), address.used(), node.used())).containsExactly(20L, 0L, 20L);
    }

    @Test
    void closingGivesBackWhatWasHeldAndRefusesFromThenOn() {
        MemoryBudget node = new MemoryBudget("node", 100);
        MemoryBudget connection = node.child("connection", 50);
        MemoryBudget stream = connection.child("stream", 50);
        assertThat(stream.reserve(30, Priority.ALWAYS)).isTrue();
        assertThat(connection.reserve(10, Priority.ALWAYS)).isTrue();
        connection.close();
        connection.close();
        assertThat(node.used()).isZero();
        assertThat(connection.used()).isZero();
        assertThat(connection.isClosed()).isTrue();
        assertThat(connection.reserve(1, Priority.ALWAYS)).isFalse();
        assertThat(stream.reserve(1, Priority.ALWAYS)).isFalse();
        stream.release(30);
        stream.close();
        connection.release(10);
        assertThat(node.used()).isZero();
    }

    @Test
    void releasingMoreThanIsHeldIsAMistake() {
        MemoryBudget budget = new MemoryBudget("node", 100);
        budget.reserve(10, Priority.ALWAYS);
        assertThatThrownBy(() -> budget.release(11))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("node holds 10 bytes");
        assertThatThrownBy(() -> budget.release(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> budget.reserve(-1, Priority.LOW)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new MemoryBudget("odd", -1)).isInstanceOf(IllegalArgumentException.class);
        assertThat(budget).hasToString("node 10/100 bytes, peak 10, refused 0");
    }

    @Test
    @ExtendWith(Seeds.class)
    void manyThreadsNeverPassTheLimitAndLeaveNothing(long seed) {
        MemoryBudget node = new MemoryBudget("node", 10_000);
        ExecutorService pool = Executors.newFixedThreadPool(4);
        try {
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                RandomGenerator random = Seeds.random(seed + thread);
                all.add(CompletableFuture.runAsync(() -> reserveAndRelease(node, random), pool));
            }
            all.forEach(CompletableFuture::join);
        } finally {
            pool.shutdownNow();
        }
        assertThat(node.used()).isZero();
        assertThat(node.peak()).isBetween(1L, 10_000L);
    }

    private static void reserveAndRelease(MemoryBudget node, RandomGenerator random) {
        for (int round = 0; round < 2_000; round++) {
            MemoryBudget connection = node.child("connection", 4_000);
            MemoryBudget stream = connection.child("stream", 2_000);
            for (int i = 0; i < 10; i++) {
                long bytes = random.nextInt(1_500);
                if (stream.reserve(bytes, Priority.ALWAYS)) {
                    assertThat(node.used()).isBetween(bytes, 10_000L);
                    if (random.nextBoolean()) {
                        stream.release(bytes);
                    }
                }
            }
            stream.close();
            connection.close();
        }
    }
}
