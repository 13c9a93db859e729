package io.outcry.cli;

import java.io.PrintStream;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The way to stdout or stderr: a bounded queue and the one thread that whoever reads us slowly, or not at all, may hold up.
 *
 * <p>Full, it lets those wait who can ({@link #put}), and counts what it leaves out for those who cannot, for example a host's
 * thread ({@link #offer}). Once the other end is closed everything is let go.
 *
 * <p><b>Threading</b>: any thread; texts never mix.
 */
final class Outlet implements AutoCloseable {

    /** Texts that may wait, and their characters: some seconds of a busy market, or one text of any length. */
    static final int TEXTS_MAX = 1 << 14;

    static final long CHARS_MAX = 16L << 20;

    /** Texts written before a flush. */
    private static final int BATCH = 256;

    /** How long {@link #close} waits for a reader. */
    private static final long CLOSE_MS = 2_000;

    private final PrintStream to;
    private final ArrayDeque<String> waiting = new ArrayDeque<>();
    private final Thread thread;
    private long chars;
    private long missed;
    private int writing;
    private boolean deaf;
    private boolean closed;
    private Runnable onDeaf = () -> {};

    Outlet(PrintStream to, String name) {
        this.to = to;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Runs {@code action} once if the other end is, or gets, closed. */
    void whenDeaf(Runnable action) {
        synchronized (this) {
            if (!deaf) {
                onDeaf = action;
                return;
            }
        }
        action.run();
    }

    /** Writes {@code text}; waits for room. */
    synchronized void put(String text) {
        boolean interrupted = false;
        while (!hasRoom(text)) {
            try {
                wait();
            } catch (InterruptedException e) {
                interrupted = true;
                break; // whoever is interrupted does not wait, and its text counts
            }
        }
        add(text);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Writes {@code text} if there is room; else it is left out and counted. */
    synchronized void offer(String text) {
        if (hasRoom(text)) {
            add(text);
        } else {
            missed++;
        }
    }

    private boolean hasRoom(String text) {
        return waiting.isEmpty()
                || deaf
                || closed
                || (waiting.size() < TEXTS_MAX && chars + text.length() <= CHARS_MAX);
    }

    private void add(String text) {
        if (!deaf && !closed) {
            waiting.add(text);
            chars += text.length();
            notifyAll();
        }
    }

    /** Texts left out since this was last asked. */
    synchronized long takeMissed() {
        long gap = missed;
        missed = 0;
        return gap;
    }

    private void run() {
        try {
            for (String batch = next(); batch != null; batch = next()) {
                to.print(batch);
                to.flush();
                if (to.checkError()) {
                    onClosedFromAfar();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void onClosedFromAfar() {
        Runnable action;
        synchronized (this) {
            deaf = true;
            waiting.clear();
            chars = 0;
            action = onDeaf;
            onDeaf = () -> {};
            notifyAll();
        }
        action.run();
    }

    /** What waits, a batch of it; null when there is nothing more and never will be. */
    private synchronized @Nullable String next() throws InterruptedException {
        writing = 0;
        notifyAll();
        while (waiting.isEmpty()) {
            if (closed) {
                return null;
            }
            wait();
        }
        StringBuilder batch = new StringBuilder();
        while (writing < BATCH && !waiting.isEmpty()) {
            String text = waiting.remove();
            chars -= text.length();
            batch.append(text);
            writing++;
        }
        return batch.toString();
    }

    /** Lets everything leave, within two seconds; what nobody reads by then is given up. */
    @Override
    public void close() {
        long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MS);
        synchronized (this) {
            try {
                while ((!waiting.isEmpty() || writing > 0) && !deaf) {
                    long leftMs = TimeUnit.NANOSECONDS.toMillis(untilNs - System.nanoTime());
                    if (leftMs <= 0) {
                        break;
                    }
                    wait(leftMs);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            closed = true;
            waiting.clear();
            notifyAll();
        }
    }
}
