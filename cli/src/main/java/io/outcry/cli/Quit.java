package io.outcry.cli;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The wish to stop: {@code quit} on stdin, SIGINT or SIGTERM. A verb waits for it, closes what it opened and returns; the
 * process then ends with status 0, within five seconds even if closing hangs.
 *
 * <p><b>Threading</b>: any thread may ask; any may wait.
 */
final class Quit {

    /** From {@code quit} or the signal on; with the end of the JVM, five seconds. */
    private static final long CLOSE_MAX_MS = 4_300;

    /** What {@code quit} has to wait for may take so much of it; the rest is for closing. */
    private static final long FINISH_MAX_MS = 2_000;

    private final CountDownLatch heard = new CountDownLatch(1);
    private final CompletableFuture<Void> asked = new CompletableFuture<>();
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile boolean nothingToClose;

    /** One that SIGINT and SIGTERM ask, and that ends the process if closing hangs. */
    static Quit onSignals() {
        Quit quit = new Quit();
        Runtime.getRuntime().addShutdownHook(new Thread(quit::onShutdown, "quit"));
        Thread watch = new Thread(quit::watch, "quit-watch");
        watch.setDaemon(true);
        watch.start();
        return quit;
    }

    /** {@code quit} was read: what earlier lines began may be finished before it is asked, but the five seconds run. */
    void hear() {
        heard.countDown();
    }

    void ask() {
        hear();
        asked.complete(null);
    }

    boolean isAsked() {
        return asked.isDone();
    }

    /** Completes when quitting is asked; for waiting on it beside something else. */
    CompletableFuture<Void> asked() {
        return asked.copy();
    }

    void await() throws InterruptedException {
        await(Long.MAX_VALUE / 1_000_000);
    }

    /** Waits up to a bound; true if quitting was asked. */
    boolean await(long timeoutMs) throws InterruptedException {
        try {
            asked.get(timeoutMs, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking to quit cannot fail", e);
        }
    }

    /** A verb that only computes: a signal ends it at once. */
    void nothingToClose() {
        nothingToClose = true;
    }

    /** The verb has closed everything: the process may end. */
    void finished() {
        finished.countDown();
    }

    private void watch() {
        try {
            heard.await();
            long untilNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MAX_MS);
            await(FINISH_MAX_MS);
            ask();
            if (!finished.await(untilNs - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                Runtime.getRuntime().halt(Outcry.DONE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void onShutdown() {
        if (finished.getCount() == 0) {
            return; // the ordinary way out, with the verb's own status
        }
        ask();
        try {
            if (!nothingToClose) {
                finished.await(CLOSE_MAX_MS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(Outcry.DONE);
    }
}
