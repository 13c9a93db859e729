package io.outcry.sim;

import java.util.Arrays;

/**
 * What is still to happen, by time and, within an instant, in the order it was asked for. A four-ary heap in three arrays: a
 * run of ten thousand peers holds millions of events, and one object each is enough.
 *
 * <p><b>Threading</b>: one thread.
 */
final class EventQueue {

    private static final int ARITY = 4;

    private long[] timesNs = new long[1024];
    private long[] numbers = new long[1024];
    private Runnable[] events = new Runnable[1024];
    private int size;
    private long nextNumber;

    void add(long timeNs, Runnable event) {
        if (size == timesNs.length) {
            timesNs = Arrays.copyOf(timesNs, 2 * size);
            numbers = Arrays.copyOf(numbers, 2 * size);
            events = Arrays.copyOf(events, 2 * size);
        }
        long number = nextNumber++;
        int at = size++;
        while (at > 0) {
            int parent = (at - 1) / ARITY;
            if (timesNs[parent] <= timeNs) {
                break;
            }
            move(parent, at);
            at = parent;
        }
        put(at, timeNs, number, event);
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** When the next event happens; {@link Long#MAX_VALUE} if none is left. */
    long nextTimeNs() {
        return size == 0 ? Long.MAX_VALUE : timesNs[0];
    }

    Runnable poll() {
        if (size == 0) {
            throw new IllegalStateException("no event is left");
        }
        Runnable first = events[0];
        size--;
        long timeNs = timesNs[size];
        long number = numbers[size];
        Runnable event = events[size];
        int at = 0;
        while (true) {
            int child = smallestChild(at);
            if (child < 0 || !isBefore(timesNs[child], numbers[child], timeNs, number)) {
                break;
            }
            move(child, at);
            at = child;
        }
        put(at, timeNs, number, event);
        Arrays.fill(events, size, size + 1, null);
        return first;
    }

    private int smallestChild(int at) {
        int first = ARITY * at + 1;
        if (first >= size) {
            return -1;
        }
        int best = first;
        int end = Math.min(size, first + ARITY);
        for (int child = first + 1; child < end; child++) {
            if (isBefore(timesNs[child], numbers[child], timesNs[best], numbers[best])) {
                best = child;
            }
        }
        return best;
    }

    private static boolean isBefore(long timeNs, long number, long otherTimeNs, long otherNumber) {
        return timeNs < otherTimeNs || (timeNs == otherTimeNs && number < otherNumber);
    }

    private void move(int from, int to) {
        put(to, timesNs[from], numbers[from], events[from]);
    }

    private void put(int at, long timeNs, long number, Runnable event) {
        timesNs[at] = timeNs;
        numbers[at] = number;
        events[at] = event;
    }
}
