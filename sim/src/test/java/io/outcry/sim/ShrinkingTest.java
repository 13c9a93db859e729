package io.outcry.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ShrinkingTest {

    @Test
    void aFailureIsToldWithTheFewestActsThatCauseIt() {
        World world = new World(1);
        assertThatThrownBy(() -> Shrinking.run(200, acts -> {
                    if (acts >= 37) {
                        throw new InvariantViolation("I0", world, acts + " acts are too many");
                    }
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the first 37 of 200 acts")
                .hasMessageContaining("I0 broken");
    }

    @Test
    void aRunThatHoldsIsRunOnce() {
        int[] runs = {0};
        Shrinking.run(10, acts -> runs[0]++);
        assertThat(runs[0]).isEqualTo(1);
    }
}
