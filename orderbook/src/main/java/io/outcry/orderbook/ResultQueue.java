package io.outcry.orderbook;

import java.util.concurrent.atomic.AtomicBoolean;
import org.jctools.queues.atomic.SpscAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * The way back of one submitter's requests: whoever drains the mailbox adds them and tells, the submitter heeds and polls.
 * A telling stands until it is heeded, so a busy submitter is told once for many results; and none is left lying: a result
 * that no poll after the heeding finds is told of.
 */
final class ResultQueue {

    private static final int CAPACITY_MIN = 4;

    private final SpscAtomicArrayQueue<BookRequest> queue;
    private final Runnable onResults;
    private final AtomicBoolean told = new AtomicBoolean();

    ResultQueue(int capacity, Runnable onResults) {
        this.queue = new SpscAtomicArrayQueue<>(Math.max(CAPACITY_MIN, capacity));
        this.onResults = onResults;
    }

    /** Drainer: one more result; a {@link #tell} must follow, one for many will do. */
    void add(BookRequest request) {
        if (!queue.offer(request)) {
            throw new AssertionError("more results than requests");
        }
    }

    /** Drainer: tells the submitter, unless it was told and has not heeded it yet. */
    void tell() {
        // Reading first would be cheaper and wrong: the read may overtake the result on its way to memory, see a
        // telling
        // that is being heeded, and leave a result that the poll after the heeding could not see either.
        if (!told.getAndSet(true)) {
            onResults.run();
        }
    }

    /** Submitter: what comes from now on is told of again. */
    void heed() {
        told.set(false);
    }

    /** Submitter: the next result, or null. */
    @Nullable
    BookRequest poll() {
        return queue.poll();
    }
}
