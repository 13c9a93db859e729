package io.outcry.sim;

import java.util.function.IntConsumer;

/**
 * A failing schedule is read more easily when it is short: of a run that breaks an invariant, the number of users' acts is halved
 * and halved again for as long as it still breaks. Everything else stays as the seed has it.
 */
final class Shrinking {

    private Shrinking() {}

    /** Runs with all acts; if that fails, fails with the fewest first acts that bisection finds. */
    static void run(int acts, IntConsumer schedule) {
        try {
            schedule.accept(acts);
        } catch (InvariantViolation whole) {
            InvariantViolation smallest = whole;
            int holds = 0;
            int breaks = acts;
            while (breaks - holds > 1) {
                int middle = (holds + breaks) >>> 1;
                try {
                    schedule.accept(middle);
                    holds = middle;
                } catch (InvariantViolation smaller) {
                    smallest = smaller;
                    breaks = middle;
                }
            }
            throw new AssertionError(
                    "it takes the first " + breaks + " of " + acts + " acts; " + smallest.getMessage(), smallest);
        }
    }
}
