package io.outcry.gossip;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Threads that verify signatures and call validators. The work of one key (a peer) is done by one thread, in order. The
 * number of waiting tasks is bounded; beyond, {@link #submit} refuses.
 *
 * <p><b>Threading</b>: any thread.
 */
final class ValidationPool implements AutoCloseable {

    /** A piece of work that can be dropped instead. */
    interface Task {
        void run();

        /** Called instead of {@link #run} when the pool closes first. */
        void drop();
    }

    private static final Logger LOG = LoggerFactory.getLogger(ValidationPool.class);
    private static final long CLOSE_PATIENCE_MS = 2000;

    private final List<ThreadPoolExecutor> workers = new ArrayList<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final int waitingMax;

    ValidationPool(int threads, int waitingMax) {
        this.waitingMax = waitingMax;
        for (int i = 0; i < threads; i++) {
            String name = "gossip-validate-" + i;
            workers.add(new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), runnable -> {
                Thread thread = new Thread(runnable, name);
                thread.setDaemon(true);
                return thread;
            }));
        }
    }

    /** Takes a task for the thread of {@code key}; false if too many wait or the pool is closed. */
    boolean submit(int key, Task task) {
        if (waiting.incrementAndGet() > waitingMax) {
            waiting.decrementAndGet();
            return false;
        }
        if (enqueue(key, new Job(task))) {
            return true;
        }
        waiting.decrementAndGet();
        return false;
    }

    /** Takes a task beyond the bound: for the few, such as the resumption of a link, that bound themselves. */
    void execute(int key, Runnable task) {
        enqueue(key, task);
    }

    private boolean enqueue(int key, Runnable task) {
        ThreadPoolExecutor worker = workers.get(Math.floorMod(key, workers.size()));
        if (worker.isShutdown()) {
            return false;
        }
        try {
            worker.execute(task);
            return true;
        } catch (java.util.concurrent.RejectedExecutionException closing) {
            return false;
        }
    }

    int waiting() {
        return waiting.get();
    }

    /** Drops what waits and ends the threads, within two seconds. */
    @Override
    public void close() {
        for (ThreadPoolExecutor worker : workers) {
            for (Runnable left : worker.shutdownNow()) {
                if (left instanceof Job job) {
                    waiting.decrementAndGet();
                    job.task.drop();
                }
            }
        }
        try {
            for (ThreadPoolExecutor worker : workers) {
                if (!worker.awaitTermination(CLOSE_PATIENCE_MS / workers.size(), TimeUnit.MILLISECONDS)) {
                    LOG.warn("a validator is still running after the pool was closed");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private final class Job implements Runnable {
        private final Task task;

        Job(Task task) {
            this.task = task;
        }

        @Override
        public void run() {
            waiting.decrementAndGet();
            try {
                task.run();
            } catch (RuntimeException e) {
                LOG.error("validating a message failed", e);
            }
        }
    }
}
