package io.outcry.market.replica;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * What is to happen when, in the order of (time, arrival). A timer is not cancelled: its action looks whether it is still
 * wanted. Bounded by its users: each order, hold and decision has one timer of a kind.
 */
final class Timers {

    private record Timer(long deadlineNs, long arrival, Runnable action) {}

    private final PriorityQueue<Timer> queue =
            new PriorityQueue<>(Comparator.comparingLong(Timer::deadlineNs).thenComparingLong(Timer::arrival));
    private long arrivals;

    void at(long deadlineNs, Runnable action) {
        queue.add(new Timer(deadlineNs, arrivals++, action));
    }

    /** Does what is due; returns whether anything was. */
    boolean run(long nowNs) {
        boolean any = false;
        for (Timer next = queue.peek(); next != null && next.deadlineNs <= nowNs; next = queue.peek()) {
            queue.poll();
            next.action.run();
            any = true;
        }
        return any;
    }

    long nextDeadlineNs() {
        Timer next = queue.peek();
        return next == null ? Long.MAX_VALUE : next.deadlineNs;
    }
}
