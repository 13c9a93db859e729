package io.outcry.orderbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.outcry.testkit.Seeds;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Seeds.class)
class TickBitsTest {

    @Test
    void agreesWithATreeSetAtEverySize(RandomGenerator random) {
        for (int size : new int[] {64, 128, 4096, 8192, 1 << 14, TickBits.SIZE_MAX}) {
            TickBits bits = new TickBits(size);
            TreeSet<Integer> oracle = new TreeSet<>();
            for (int i = 0; i < 20_000; i++) {
                // Half of the changes crowd into a corner, so that words fill up and empty again.
                int at = random.nextInt(random.nextBoolean() ? size : Math.min(size, 80));
                if (random.nextInt(5) < 2) {
                    bits.set(at);
                    oracle.add(at);
                } else {
                    bits.clear(at);
                    oracle.remove(at);
                }
                int probe = random.nextInt(size + 1) - 1;
                Integer floor = oracle.floor(probe);
                assertThat(bits.floor(probe)).isEqualTo(floor == null ? -1 : floor);
                assertThat(bits.get(at)).isEqualTo(oracle.contains(at));
            }
        }
    }

    @Test
    void findsTheEdges() {
        TickBits bits = new TickBits(TickBits.SIZE_MAX);
        assertThat(bits.floor(TickBits.SIZE_MAX - 1)).isEqualTo(-1);
        bits.set(0);
        assertThat(bits.floor(TickBits.SIZE_MAX - 1)).isZero();
        bits.set(TickBits.SIZE_MAX - 1);
        assertThat(bits.floor(TickBits.SIZE_MAX - 1)).isEqualTo(TickBits.SIZE_MAX - 1);
        assertThat(bits.floor(TickBits.SIZE_MAX - 2)).isZero();
        assertThat(bits.floor(-1)).isEqualTo(-1);
    }

    @Test
    void refusesASizeItCannotDescribe() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TickBits(TickBits.SIZE_MAX + 1));
        assertThatIllegalArgumentException().isThrownBy(() -> new TickBits(63));
    }
}
