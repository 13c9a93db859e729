package io.outcry.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The wish to stop: {@code quit} on stdin, SIGINT or SIGTERM. A verb waits for it, closes what it opened and returns; a
 * signal then ends the process with status 0, within five seconds even if closing hangs.
 *
 * <p><b>Threading</b>: any thread may ask; any may wait.
 */
final class Quit {

    private static final int CLOSE_MAX_SECONDS = 5;

    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch finished = new CountDownLatch(1);

    /** One that SIGINT and SIGTERM ask. */
    static Quit onSignals() {
        Quit quit = new Quit();
        Runtime.getRuntime().addShutdownHook(new Thread(quit::onShutdown, "quit"));
        return quit;
    }

    void ask() {
        asked.countDown();
    }

    boolean isAsked() {
        return asked.getCount() == 0;
    }

    void await() throws InterruptedException {
        asked.await();
    }

    /** Waits up to a bound; true if quitting was asked. */
    boolean await(long timeoutMs) throws InterruptedException {
        return asked.await(timeoutMs, TimeUnit.MILLISECONDS);
    }

    /** The verb has closed everything: the process may end. */
    void finished() {
        finished.countDown();
    }

    private void onShutdown() {
        if (finished.getCount() == 0) {
            return; // the ordinary way out, with the verb's own status
        }
        ask();
        try {
            finished.await(CLOSE_MAX_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().halt(0);
    }
}
