package io.outcry.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class ShrinkingTest {

    @Test
    void aFailureIsToldWithTheFewestActsThatCauseIt() {
        World world = new World(1);
        assertThatThrownBy(() -> Shrinking.run(200, 9, (acts, faults) -> {
                    if (acts >= 37 && faults >= 4) {
                        throw new InvariantViolation("I0", world, acts + " acts are too many");
                    }
                }))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("the first 37 of 200 acts and 4 of 9 faults")
                .hasMessageContaining("I0 broken");
    }

    @Test
    void whatNeedsNoFaultAndNoActIsToldWithNone() {
        World world = new World(1);
        assertThatThrownBy(() -> Shrinking.run(5, 3, (acts, faults) -> {
                    throw new InvariantViolation("I0", world, "always");
                }))
                .hasMessageContaining("the first 0 of 5 acts and 0 of 3 faults");
    }

    @Test
    void aRunThatHoldsIsRunOnce() {
        int[] runs = {0};
        Shrinking.run(10, 3, (acts, faults) -> runs[0]++);
        assertThat(runs[0]).isEqualTo(1);
    }
}
