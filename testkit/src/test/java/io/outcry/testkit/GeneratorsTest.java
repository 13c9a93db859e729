package io.outcry.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Seeds.class)
final class GeneratorsTest {

    @Test
    void chunksAreTheSameBytes(RandomGenerator random) {
        for (int i = 0; i < 200; i++) {
            byte[] bytes = Bytes.any(random, 300);
            assertThat(join(Chunks.cut(random, bytes))).isEqualTo(bytes);
        }
    }

    @Test
    void everyPairCutsEverywhere() {
        byte[] bytes = Hex.bytes("01 02 03");
        assertThat(Chunks.everyPairOf(bytes))
                .hasSize(4)
                .allSatisfy(cut -> assertThat(join(cut)).isEqualTo(bytes));
    }

    @Test
    void aMutationLeavesItsInputAlone(RandomGenerator random) {
        for (int i = 0; i < 500; i++) {
            byte[] bytes = Bytes.any(random, 200);
            byte[] before = bytes.clone();
            byte[] mutant = Mutations.of(random, bytes);
            Mutations.splice(random, bytes, mutant);
            assertThat(bytes).isEqualTo(before);
        }
    }

    @Test
    void theSameSeedGivesTheSameMutants(long seed) {
        byte[] bytes = Bytes.random(Seeds.random(seed), 100);
        assertThat(Mutations.of(Seeds.random(seed), bytes)).isEqualTo(Mutations.of(Seeds.random(seed), bytes));
    }

    @Test
    void varintsAreMinimal() {
        assertThat(Hex.text(Bytes.varint(0))).isEqualTo("00");
        assertThat(Hex.text(Bytes.varint(300))).isEqualTo("ac 02");
        assertThat(Bytes.varint(Long.MAX_VALUE)).hasSize(9);
    }

    private static byte[] join(List<byte[]> pieces) {
        return Bytes.concat(pieces.toArray(new byte[0][]));
    }
}
