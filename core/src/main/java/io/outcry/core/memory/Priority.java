package io.outcry.core.memory;

/**
 * How dear a reservation is: the cheaper it is, the earlier it is refused, so that room for control traffic remains.
 */
public enum Priority {
    /** Refused once 40 % of the limit would be passed: caches, read-ahead. */
    LOW(40),
    /** Refused at 60 %: data of ordinary streams. */
    MEDIUM(60),
    /** Refused at 80 %: what a running protocol needs to make progress. */
    HIGH(80),
    /** Refused at the limit only: control traffic. */
    ALWAYS(100);

    private final int percent;

    Priority(int percent) {
        this.percent = percent;
    }

    /** The share of a limit this priority may fill, in percent. */
    public int percent() {
        return percent;
    }

    long shareOf(long limitBytes) {
        return limitBytes / 100 * percent + limitBytes % 100 * percent / 100;
    }
}
