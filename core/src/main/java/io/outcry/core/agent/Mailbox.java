package io.outcry.core.agent;

import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jctools.queues.MpscArrayQueue;

/**
 * The way into an agent: a bounded queue of many writers and one reader, in which each source has a share.
 *
 * <pre>
 *   peer a ── Source(share) ──┐
 *   peer b ── Source(share) ──┼─► [ bounded queue ] ─► drain() on the agent's thread
 *   anyone ── offer ──────────┘          └─► wakes the agent if it sleeps
 * </pre>
 *
 * <p>A source past its share is refused and hears {@code onRoom} when half of its share is free again; others do not
 * notice. Refusal is an answer: nothing is dropped here, and every refusal is counted.
 *
 * <p><b>Threading</b>: {@link #offer} and {@link Source#offer} from any thread; {@link #drain} from the agent's thread
 * only. {@code onRoom} is called on the agent's thread, or on the refused thread if room appeared meanwhile; it must
 * not block.
 *
 * <p><b>Ownership</b>: an accepted item belongs to the reader, a refused one stays with the caller.
 */
public final class Mailbox<T> {

    private final String name;
    private final int capacity;
    private final MpscArrayQueue<Object> queue;
    private final ConcurrentLinkedQueue<Source> waitingForRoom = new ConcurrentLinkedQueue<>();
    private final AtomicLong rejected = new AtomicLong();
    private volatile Runnable wakeUp = () -> {};

    /**
     * @param name for counters and messages
     * @param capacity the most items that wait at once; rounded up to a power of two
     */
    public Mailbox(String name, int capacity) {
        if (capacity < 2) {
            throw new IllegalArgumentException("mailbox " + name + " needs a capacity of at least 2, got " + capacity);
        }
        this.name = name;
        this.queue = new MpscArrayQueue<>(capacity);
        this.capacity = queue.capacity();
    }

    /** What to run when an item arrives; an agent passes the wake-up it was started with. */
    public void wakes(Runnable agentWakeUp) {
        wakeUp = agentWakeUp;
    }

    /** Puts an item in, without a share; false if the box is full. */
    public boolean offer(T item) {
        if (!queue.offer(item)) {
            rejected.incrementAndGet();
            return false;
        }
        wakeReader();
        return true;
    }

    /**
     * A new source.
     *
     * @param share how many items of this source may wait at once
     * @param onRoom told once after a refusal, when half of the share, or of a full box, is free again
     */
    public Source source(int share, Runnable onRoom) {
        if (share < 1) {
            throw new IllegalArgumentException("a share of mailbox " + name + " is at least 1, got " + share);
        }
        return new Source(share, onRoom);
    }

    /** Hands up to {@code limit} items to {@code reader}, oldest first, and returns how many. */
    public int drain(Consumer<? super T> reader, int limit) {
        int count = 0;
        try {
            while (count < limit) {
                Object next = queue.relaxedPoll();
                if (next == null) {
                    break;
                }
                count++;
                deliver(next, reader);
            }
        } finally {
            if (!waitingForRoom.isEmpty()) {
                tellThoseWaiting();
            }
        }
        return count;
    }

    @SuppressWarnings("unchecked") // only offer() and Source.offer() fill the queue
    private void deliver(Object next, Consumer<? super T> reader) {
        if (next.getClass() == Entry.class) {
            Entry entry = (Entry) next;
            ((Source) entry.source).onTaken();
            reader.accept((T) entry.item);
        } else {
            reader.accept((T) next);
        }
    }

    private void tellThoseWaiting() {
        while (queue.size() <= capacity / 2) {
            Source source = waitingForRoom.poll();
            if (source == null) {
                return;
            }
            source.waiting.set(false);
            source.tell();
        }
    }

    /** The fence orders the item before the look at the agent's sleep: it cannot doze off over a new item. */
    private void wakeReader() {
        VarHandle.fullFence();
        wakeUp.run();
    }

    public String name() {
        return name;
    }

    /** The most items that wait at once. */
    public int capacity() {
        return capacity;
    }

    /** Items waiting now; exact on the agent's thread while nobody writes, else a fair guess. */
    public int size() {
        return queue.size();
    }

    public boolean isEmpty() {
        return queue.isEmpty();
    }

    /** Refusals so far, for a full box or a used-up share. */
    public long rejected() {
        return rejected.get();
    }

    /** An item with the source whose share it uses. */
    private record Entry(Object source, Object item) {}

    /**
     * One writer's share of the box.
     *
     * <p><b>Threading</b>: any thread.
     */
    public final class Source implements AutoCloseable {

        private final int share;
        private final int resumeAt;
        private final Runnable onRoom;
        private final AtomicInteger used = new AtomicInteger();
        private final AtomicLong sourceRejected = new AtomicLong();
        private final AtomicBoolean refused = new AtomicBoolean();
        private final AtomicBoolean waiting = new AtomicBoolean();
        private volatile boolean closed;

        private Source(int share, Runnable onRoom) {
            this.share = share;
            this.resumeAt = share / 2;
            this.onRoom = onRoom;
        }

        /**
         * Puts an item in; false if this source's share or the box is full, or the source closed. After false,
         * {@code onRoom} is called once (unless closed).
         */
        public boolean offer(T item) {
            if (closed) {
                return false;
            }
            if (used.incrementAndGet() > share) {
                used.decrementAndGet();
                reject();
                refused.set(true);
                if (used.get() <= resumeAt) {
                    tell();
                }
                return false;
            }
            if (!queue.offer(new Entry(this, item))) {
                used.decrementAndGet();
                reject();
                refused.set(true);
                if (waiting.compareAndSet(false, true)) {
                    waitingForRoom.add(this);
                }
                wakeReader();
                return false;
            }
            wakeReader();
            return true;
        }

        private void reject() {
            rejected.incrementAndGet();
            sourceRejected.incrementAndGet();
        }

        private void onTaken() {
            if (used.decrementAndGet() <= resumeAt && refused.get() && !waiting.get()) {
                tell();
            }
        }

        private void tell() {
            if (refused.compareAndSet(true, false) && !closed) {
                onRoom.run();
            }
        }

        /** Items of this source that wait. */
        public int used() {
            return used.get();
        }

        public int share() {
            return share;
        }

        /** Refusals of this source. */
        public long rejected() {
            return sourceRejected.get();
        }

        /** Refuses from now on and stays silent; what waits is still delivered. */
        @Override
        public void close() {
            closed = true;
        }
    }
}
