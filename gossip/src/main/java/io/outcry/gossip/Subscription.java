package io.outcry.gossip;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * One subscriber of a topic: messages wait in a bounded queue of its own and reach its callback one at a time, in order.
 *
 * <p><b>Threading</b>: the callback runs on a thread of the callback pool, one call at a time; it may block, which delays
 * this subscriber only (and, when sixteen block at once, the others of the pool). Every method may be called from any
 * thread.
 *
 * <p><b>Errors</b>: what the callback throws, an {@link Error} too, is logged, not every time if it happens often; the next
 * message comes.
 */
public final class Subscription implements AutoCloseable {

    /**
     * Bytes of the messages that wait, whatever their number may be: 4096 of the longest would be 4 GiB. One message is taken
     * however long.
     */
    public static final long BYTES_MAX = 16L << 20;

    /** Messages handed over before other subscribers get the thread. */
    private static final int BATCH = 64;

    private final String topic;
    private final int capacity;
    private final Overflow overflow;
    private final Consumer<Message> callback;
    private final Executor executor;
    private final Consumer<Subscription> onClose;
    private final BiConsumer<String, Throwable> onFailure;
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Guarded by itself; at most {@code capacity}. */
    private final ArrayDeque<Message> queue = new ArrayDeque<>();

    private long queuedBytes;
    private boolean scheduled;
    private volatile long delivered;
    private volatile long dropped;

    Subscription(
            String topic,
            int capacity,
            Overflow overflow,
            Consumer<Message> callback,
            Executor executor,
            Consumer<Subscription> onClose,
            BiConsumer<String, Throwable> onFailure) {
        if (capacity < 1) {
            throw new IllegalArgumentException(
                    "the queue of a subscriber of " + topic + " has capacity " + capacity + "; it must be at least 1");
        }
        this.topic = topic;
        this.capacity = capacity;
        this.overflow = overflow;
        this.callback = callback;
        this.executor = executor;
        this.onClose = onClose;
        this.onFailure = onFailure;
    }

    public String topic() {
        return topic;
    }

    /** Messages handed to the callback. */
    public long delivered() {
        return delivered;
    }

    /** Messages dropped because the queue was full. */
    public long dropped() {
        return dropped;
    }

    public boolean isClosed() {
        return closed.get();
    }

    /** Ends it; the last subscription of a topic leaves the topic. The callback may still be inside its last call. */
    @Override
    public void close() {
        if (end()) {
            onClose.accept(this);
        }
    }

    /** Stops without telling; false if it had stopped before. */
    boolean end() {
        if (!closed.compareAndSet(false, true)) {
            return false;
        }
        synchronized (queue) {
            queue.clear();
            queuedBytes = 0;
        }
        return true;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // written under the lock
    void offer(Message message) {
        synchronized (queue) {
            if (closed.get()) {
                return;
            }
            int bytes = message.data().length;
            while (!queue.isEmpty() && (queue.size() == capacity || queuedBytes + bytes > BYTES_MAX)) {
                dropped++;
                if (overflow == Overflow.DROP_NEWEST) {
                    return;
                }
                queuedBytes -= queue.remove().data().length;
            }
            queue.add(message);
            queuedBytes += bytes;
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        schedule();
    }

    private void schedule() {
        try {
            executor.execute(this::drain);
        } catch (RuntimeException | Error e) {
            if (!(e instanceof RejectedExecutionException)) {
                onFailure.accept("the executor of a subscriber of " + topic + " threw; what waited is dropped", e);
            }
            synchronized (queue) {
                scheduled = false;
                dropped += queue.size();
                queue.clear();
                queuedBytes = 0;
            }
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one drain at a time
    private void drain() {
        for (int i = 0; i < BATCH; i++) {
            Message message;
            synchronized (queue) {
                message = queue.poll();
                if (message == null) {
                    scheduled = false;
                    return;
                }
                queuedBytes -= message.data().length;
            }
            delivered++;
            try {
                callback.accept(message);
            } catch (RuntimeException | Error e) {
                onFailure.accept("a subscriber of " + topic + " threw; the next message comes all the same", e);
            }
        }
        schedule();
    }
}
