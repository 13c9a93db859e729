package io.outcry.sim;

import java.util.function.IntConsumer;

/**
 * A failing schedule is read more easily when it is short: of a run that breaks an invariant, the number of users' acts is halved
 * and halved again for as long as it still breaks, and then, with the acts that are left, the number of faults. Everything else
 * stays as the seed has it.
 */
final class Shrinking {

    private Shrinking() {}

    /** A run with the first so many acts, and the first so many faults. */
    interface Schedule {
        void run(int acts, int faults);
    }

    private record Smallest(int count, InvariantViolation violation) {}

    /** Runs with everything; if that fails, fails with the fewest first acts and faults that bisection finds. */
    static void run(int acts, int faults, Schedule schedule) {
        try {
            schedule.run(acts, faults);
        } catch (InvariantViolation whole) {
            Smallest byActs = bisect(acts, whole, count -> schedule.run(count, faults));
            Smallest byFaults = bisect(faults, byActs.violation, count -> schedule.run(byActs.count, count));
            throw new AssertionError(
                    "it takes the first " + byActs.count + " of " + acts + " acts and " + byFaults.count + " of "
                            + faults + " faults; " + byFaults.violation.getMessage(),
                    byFaults.violation);
        }
    }

    private static Smallest bisect(int all, InvariantViolation whole, IntConsumer schedule) {
        InvariantViolation smallest = whole;
        int holds = -1;
        int breaks = all;
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
        return new Smallest(breaks, smallest);
    }
}
