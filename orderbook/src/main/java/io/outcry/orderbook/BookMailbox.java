package io.outcry.orderbook;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jctools.queues.atomic.MpscAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * One order book for many threads: a bounded queue of commands in front of a single writer, and a board of quotes that
 * anybody reads.
 *
 * <pre>
 *   BookSubmitter ─┐                        ┌─► BookSink
 *   BookSubmitter ─┼─► MPSC ─► OrderBook ───┼─► QuoteBoard ─► any reader
 *   BookSubmitter ─┘      (one at a time)   └─► results, each to its submitter
 * </pre>
 *
 * <p>There are no locks. A submit is one compare-and-set and never waits for another thread; when the queue is full it is
 * {@link Submission#BUSY} and nothing happened. The order in which commands leave the queue is the order of the book, and
 * nothing else decides anything. With {@link MailboxOptions.Drain#SUBMITTER} the submitter that finds nobody draining works
 * the queue off, others' commands included, as long as they keep coming; whoever has no time for that wants
 * {@code OWN_THREAD}, where a thread does it, and parks while there are none. The queue is what JCTools calls lock-less: a
 * submitter suspended between taking its place and filling it holds up the commands behind it, not those who submit them.
 *
 * <p><b>Threading</b>: {@link #submitter}, {@link #board}, {@link #close} and the counters from any thread; a
 * {@link BookSubmitter} from one. The sink and {@code onResults} are called by the draining thread.
 *
 * <p><b>Errors</b>: what the sink, a look or {@code onResults} throws is counted and kept ({@link #sinkFailures},
 * {@link #lastSinkFailure}) and costs that call and nothing else: the book is the same whatever its listeners do. Should
 * the engine itself fail, which no command makes it do while there is memory, the mailbox closes.
 */
public final class BookMailbox implements AutoCloseable {

    /** After so many commands the board is renewed, even if there are more. */
    private static final int BATCH = 256;

    private static final int REQUESTS_MAX = 1 << 20;
    private static final long CLOSE_TIMEOUT_MS = 5_000;

    private final MpscAtomicArrayQueue<BookRequest> queue;
    private final OrderBook book;
    private final QuoteBoard board;
    private final DrainGate gate = new DrainGate();
    private final BookRequest[] batch = new BookRequest[BATCH];
    private final AtomicLong refused = new AtomicLong();
    private final @Nullable Thread thread;

    private volatile long sinkFailures;
    private volatile @Nullable Throwable lastSinkFailure;
    private volatile boolean closed;
    private volatile boolean threadLeft;

    private BookMailbox(MailboxOptions options, BookSink sink) {
        queue = new MpscAtomicArrayQueue<>(options.capacity());
        book = new OrderBook(options.book(), new GuardedSink(sink, this::failed));
        board = new QuoteBoard(options.depth());
        thread = options.drain() == MailboxOptions.Drain.OWN_THREAD ? new Thread(this::live, "orderbook") : null;
    }

    /** Opens a mailbox with an empty book, and starts its thread if it is to have one. */
    public static BookMailbox start(MailboxOptions options, BookSink sink) {
        BookMailbox mailbox = new BookMailbox(options, sink);
        if (mailbox.thread != null) {
            mailbox.thread.setDaemon(true);
            mailbox.thread.start();
        }
        return mailbox;
    }

    /** A door for one thread that fetches its results when it likes. */
    public BookSubmitter submitter(int requestsMax) {
        return submitter(requestsMax, () -> {});
    }

    /**
     * A door for one thread.
     *
     * @param requestsMax how many of its commands may be under way
     * @param onResults called on the draining thread when there are results to fetch, once until they are; it should only
     *     wake the submitter's own thread, for instance {@code () -> eventLoop.execute(this::fetch)}
     */
    public BookSubmitter submitter(int requestsMax, Runnable onResults) {
        if (requestsMax < 1 || requestsMax > REQUESTS_MAX) {
            throw new IllegalArgumentException("requestsMax must lie within [1, " + REQUESTS_MAX + "]: " + requestsMax);
        }
        return new BookSubmitter(this, requestsMax, onResults);
    }

    /** What the book shows. */
    public QuoteBoard board() {
        return board;
    }

    /** How many commands may wait. */
    public int capacity() {
        return queue.capacity();
    }

    /** How many commands wait, about. */
    public int size() {
        return queue.size();
    }

    /** How many times a submitter was told {@link Submission#BUSY}. */
    public long refusals() {
        return refused.get();
    }

    /** How many times the sink, a look or a submitter's {@code onResults} threw. */
    public long sinkFailures() {
        return sinkFailures;
    }

    /** What it threw last. */
    public @Nullable Throwable lastSinkFailure() {
        return lastSinkFailure;
    }

    /**
     * Takes no more commands; those that wait are answered with {@link RejectReason#CLOSED}. Each command that was
     * {@link Submission#QUEUED} gets a result, whatever the race.
     */
    @Override
    public void close() {
        closed = true;
        signal();
        if (thread != null && thread != Thread.currentThread()) {
            try {
                thread.join(CLOSE_TIMEOUT_MS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    Submission submit(BookRequest request) {
        if (closed) {
            return Submission.CLOSED;
        }
        if (!queue.offer(request)) {
            return refused();
        }
        signal();
        return Submission.QUEUED;
    }

    Submission refused() {
        if (closed) {
            return Submission.CLOSED;
        }
        refused.incrementAndGet();
        return Submission.BUSY;
    }

    private void signal() {
        if (!gate.signal()) {
            return;
        }
        if (thread == null || threadLeft) {
            drainIfPending();
        } else {
            LockSupport.unpark(thread);
        }
    }

    /** The life of the mailbox's own thread. */
    private void live() {
        while (!closed) {
            if (!drainIfPending()) {
                LockSupport.park(this);
                // An interrupt is nobody's order to this thread, and while it stands no park waits.
                Thread.interrupted();
            }
        }
        // Whoever signals from here on drains; what was signalled before is drained now.
        threadLeft = true;
        drainIfPending();
    }

    private boolean drainIfPending() {
        if (!gate.claim()) {
            return false;
        }
        do {
            int count = drainBatch();
            while (count > 0) {
                count = drainBatch();
            }
        } while (!gate.release());
        return true;
    }

    /** Applies some commands, shows the book, and then answers: a submitter that has its result finds it shown. */
    private int drainBatch() {
        int count = 0;
        BookRequest request = queue.relaxedPoll();
        while (request != null) {
            apply(request);
            batch[count++] = request;
            request = count < BATCH ? queue.relaxedPoll() : null;
        }
        if (count > 0) {
            board.publish(book.ladder(), book.sequence());
            answer(count);
        }
        return count;
    }

    private void apply(BookRequest request) {
        if (closed) {
            request.refuse(RejectReason.CLOSED, book.sequence());
            return;
        }
        try {
            if (request.command == BookCommand.LOOK) {
                look(request);
            } else {
                request.applyTo(book);
            }
        } catch (Throwable e) {
            // Neither the sink nor a look gets here: the engine failed, and nobody knows how far it came.
            failed(e);
            request.refuse(RejectReason.CLOSED, book.sequence());
            closed = true;
        }
    }

    private void look(BookRequest request) {
        try {
            request.lookAt(book);
        } catch (Throwable e) {
            failed(e);
        }
    }

    private void answer(int count) {
        for (int i = 0; i < count; i++) {
            batch[i].results.add(batch[i]);
        }
        for (int i = 0; i < count; i++) {
            ResultQueue results = batch[i].results;
            batch[i] = null;
            if (i + 1 == count || batch[i + 1].results != results) {
                tell(results);
            }
        }
    }

    private void tell(ResultQueue results) {
        try {
            results.tell();
        } catch (Throwable e) {
            failed(e);
        }
    }

    /** Only the draining thread counts, so reading and writing need not be one step. */
    private void failed(Throwable failure) {
        long before = sinkFailures;
        lastSinkFailure = failure;
        sinkFailures = before + 1;
    }
}
