package io.outcry.cli;

import java.util.concurrent.TimeUnit;

/**
 * What was asked for and is not answered yet: past a bound, whoever asks waits. So stdin is read as fast as its lines are
 * dealt with, and no faster.
 *
 * <p><b>Threading</b>: any thread.
 */
final class Window {

    private final int countMax;
    private final long bytesMax;
    private int count;
    private long bytes;

    /**
     * @param countMax things under way at once
     * @param bytesMax bytes of them; one thing of any size fits when nothing else is under way
     */
    Window(int countMax, long bytesMax) {
        this.countMax = countMax;
        this.bytesMax = bytesMax;
    }

    /** Lets one more thing be under way; waits for its turn. */
    synchronized void enter(int size) throws InterruptedException {
        while (count > 0 && (count >= countMax || bytes + size > bytesMax)) {
            wait();
        }
        count++;
        bytes += size;
    }

    synchronized void leave(int size) {
        count--;
        bytes -= size;
        notifyAll();
    }

    /** Waits until nothing is under way; false if that takes longer. */
    synchronized boolean awaitEmpty(long timeoutMs) throws InterruptedException {
        long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        while (count > 0) {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(untilNs - System.nanoTime());
            if (leftMs <= 0) {
                return false;
            }
            wait(leftMs);
        }
        return true;
    }
}
