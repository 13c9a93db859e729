package io.outcry.node;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a market's events to one listener on a thread of its own.
 *
 * <p>Bounded: past {@link #CAPACITY} waiting events the newest are left out and counted, and the listener is told how many
 * as soon as it takes one again. The market never waits for a listener.
 *
 * <p><b>Threading</b>: {@link #offer} from the market's thread; {@link #close} from any.
 */
final class EventFeed implements AutoCloseable {

    /** Events that may wait for a listener: several seconds of a busy market. */
    static final int CAPACITY = 1 << 16;

    private static final Logger LOG = LoggerFactory.getLogger(EventFeed.class);
    private static final long CLOSE_PATIENCE_MS = 2_000;

    private final MarketListener listener;
    private final ArrayBlockingQueue<Consumer<MarketListener>> waiting = new ArrayBlockingQueue<>(CAPACITY);
    private final AtomicLong missed = new AtomicLong();
    private final Thread thread;
    private volatile boolean closed;

    EventFeed(String name, MarketListener listener) {
        this.listener = listener;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    boolean carries(MarketListener one) {
        return listener == one;
    }

    void offer(Consumer<MarketListener> event) {
        if (!waiting.offer(event)) {
            missed.incrementAndGet();
        }
    }

    private void run() {
        while (true) {
            Consumer<MarketListener> event;
            try {
                event = closed ? waiting.poll() : waiting.poll(1, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                continue; // nobody interrupts this thread but a listener; what waits is still delivered
            }
            if (event == null) {
                if (closed) {
                    return;
                }
                continue;
            }
            deliver(event);
        }
    }

    private void deliver(Consumer<MarketListener> event) {
        try {
            long gap = missed.getAndSet(0);
            if (gap > 0) {
                listener.onMissed(gap);
            }
            event.accept(listener);
        } catch (RuntimeException | LinkageError | AssertionError e) {
            LOG.warn("a market listener threw; the next event goes to it all the same", e);
        }
    }

    /** Delivers what waits, within two seconds; a listener that hangs is left behind on its daemon thread. */
    @Override
    public void close() {
        closed = true;
        if (Thread.currentThread() == thread) {
            return;
        }
        // Wakes the thread if it waits; if the queue is full it does not. A listener at work is not interrupted.
        waiting.offer(listener -> {});
        try {
            thread.join(CLOSE_PATIENCE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
