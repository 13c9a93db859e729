package io.outcry.gossip;

import java.util.ArrayDeque;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that verify signatures and call validators. Each peer has a {@link Strand}: its work is done in order, one piece
 * at a time, and strands with work take turns, so a peer that floods waits for itself.
 *
 * <pre>
 *   peer a ── Strand [ · · · · · · ] ──┐
 *   peer b ── Strand [ · ] ────────────┼─► strands with work, first come first served ─► a thread: a few pieces, then the next
 *   peer c ── Strand [ · · ] ──────────┘
 * </pre>
 *
 * <p><b>Threading</b>: any thread.
 */
final class ValidationPool implements AutoCloseable {

    /** A piece of work that can be dropped instead. */
    interface Task extends Runnable {
        /** Called instead of {@link #run} when the pool closes first. */
        default void drop() {}
    }

    private static final Logger LOG = LoggerFactory.getLogger(ValidationPool.class);
    private static final long CLOSE_PATIENCE_MS = 2000;
    /** Pieces a strand does before the next has its turn: a few signatures, about a millisecond. */
    static final int TURN = 8;

    private final ThreadPoolExecutor threads;
    private final Set<Strand> busy = ConcurrentHashMap.newKeySet();
    private final AtomicInteger waiting = new AtomicInteger();
    private final int waitingMax;
    private final BiConsumer<String, Throwable> onFailure;
    private volatile boolean closed;

    /**
     * A pool.
     *
     * @param waitingMax pieces that wait at once; beyond, a strand where something waits already is refused more
     * @param onFailure is told what work threw
     */
    ValidationPool(int threads, int waitingMax, BiConsumer<String, Throwable> onFailure) {
        this.onFailure = onFailure;
        this.waitingMax = waitingMax;
        AtomicInteger number = new AtomicInteger();
        // Bounded by the strands, each of which is in it at most once.
        this.threads =
                new ThreadPoolExecutor(threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), runnable -> {
                    Thread thread = new Thread(runnable, "gossip-validate-" + number.getAndIncrement());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** A new sequence of work. */
    Strand strand() {
        return new Strand();
    }

    int waiting() {
        return waiting.get();
    }

    /** Drops what waits and ends the threads, within two seconds. */
    @Override
    public void close() {
        closed = true;
        threads.shutdownNow();
        busy.forEach(Strand::dropAll);
        try {
            if (!threads.awaitTermination(CLOSE_PATIENCE_MS, TimeUnit.MILLISECONDS)) {
                LOG.warn("a validator is still running after the pool was closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Work that is done in the order it came, one piece at a time. */
    final class Strand implements Runnable {
        /** Guarded by itself. */
        private final ArrayDeque<Task> queue = new ArrayDeque<>();

        private boolean scheduled;

        private Strand() {}

        /** Takes a task; false if too many wait, unless none of this strand does, or if the pool is closed. */
        boolean submit(Task task) {
            return enqueue(task, waitingMax);
        }

        /** Takes a task beyond the bound: for the few, such as the resumption of a stream, that bound themselves. */
        void execute(Task task) {
            enqueue(task, Integer.MAX_VALUE);
        }

        private boolean enqueue(Task task, int max) {
            synchronized (queue) {
                if (closed || (waiting.get() >= max && !queue.isEmpty())) {
                    return false;
                }
                waiting.incrementAndGet();
                queue.add(task);
                if (scheduled) {
                    return true;
                }
                scheduled = true;
                busy.add(this);
            }
            schedule();
            return true;
        }

        private void schedule() {
            try {
                threads.execute(this);
            } catch (RejectedExecutionException closing) {
                dropAll();
            }
        }

        @Override
        public void run() {
            for (int i = 0; i < TURN; i++) {
                if (closed) {
                    // What was cut short by the end must not be followed by what is to be dropped.
                    dropAll();
                    return;
                }
                Task task;
                synchronized (queue) {
                    task = queue.poll();
                    if (task == null) {
                        scheduled = false;
                        busy.remove(this);
                        return;
                    }
                }
                waiting.decrementAndGet();
                try {
                    task.run();
                } catch (RuntimeException | Error e) {
                    onFailure.accept("validating a message failed", e);
                }
            }
            schedule();
        }

        private void dropAll() {
            while (true) {
                Task task;
                synchronized (queue) {
                    task = queue.poll();
                }
                if (task == null) {
                    return;
                }
                waiting.decrementAndGet();
                task.drop();
            }
        }
    }
}
