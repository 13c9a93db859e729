package io.outcry.bench;

import io.outcry.orderbook.BookMailbox;
import io.outcry.orderbook.BookResultHandler;
import io.outcry.orderbook.BookSink;
import io.outcry.orderbook.BookSubmitter;
import io.outcry.orderbook.MailboxOptions;
import io.outcry.orderbook.OrderBook;
import io.outcry.orderbook.Side;
import io.outcry.orderbook.Submission;
import io.outcry.orderbook.TimeInForce;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Threads;

/**
 * Two threads at one book, through the mailbox and, as the alternative that was not taken, through a monitor. On a machine
 * with two processors the mailbox is not bought for throughput: it is bought for a submit that never waits for somebody
 * else's matching, and for an order of commands that is decided in one place.
 */
@State(Scope.Benchmark)
@Threads(2)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class MailboxBenchmark {

    private static final int REQUESTS_MAX = 64;
    private static final int CYCLE = 64;
    private static final long ID_RANGE = 1L << 40;

    /** How the threads get at the book. */
    @Param({"mailbox, submitters drain", "mailbox, own thread", "monitor"})
    String by = "";

    private final AtomicInteger doors = new AtomicInteger();
    private final OrderBook guarded = new OrderBook(new BookSink() {});
    private BookMailbox mailbox = BookMailbox.start(MailboxOptions.DEFAULT, new BookSink() {});

    /** What each thread has to itself. */
    @State(Scope.Thread)
    public static class Door {
        private static final BookResultHandler DEAF = (command, id, sequence, rejected, filled, resting) -> {};

        private BookSubmitter submitter;
        private long id;

        /** A door to nowhere, until it is set up. */
        public Door() {
            submitter =
                    BookMailbox.start(MailboxOptions.DEFAULT, new BookSink() {}).submitter(1);
        }

        /** Takes a range of ids of its own. */
        @Setup
        public void setUp(MailboxBenchmark at) {
            submitter = at.mailbox.submitter(REQUESTS_MAX);
            id = ID_RANGE * at.doors.incrementAndGet();
        }
    }

    /** Opens the mailbox. */
    @Setup
    public void setUp() {
        mailbox.close();
        MailboxOptions.Drain drain =
                by.equals("mailbox, own thread") ? MailboxOptions.Drain.OWN_THREAD : MailboxOptions.Drain.SUBMITTER;
        mailbox = BookMailbox.start(MailboxOptions.DEFAULT.withDrain(drain), new BookSink() {});
    }

    /** Closes it. */
    @TearDown
    public void tearDown() {
        mailbox.close();
    }

    /** A new order comes, and one that came a little earlier goes. */
    @Benchmark
    public void addAndCancel(Door door) {
        long id = ++door.id;
        long price = 1_000 + (id & 31);
        if (by.equals("monitor")) {
            synchronized (guarded) {
                guarded.limit(id, Side.BUY, price, 10);
            }
            synchronized (guarded) {
                guarded.cancel(id - CYCLE);
            }
            return;
        }
        while (door.submitter.enter(id, Side.BUY, price, 10, TimeInForce.GOOD_TILL_CANCEL, 0) != Submission.QUEUED) {
            door.submitter.poll(Door.DEAF);
        }
        while (door.submitter.cancel(id - CYCLE, 0) != Submission.QUEUED) {
            door.submitter.poll(Door.DEAF);
        }
        door.submitter.poll(Door.DEAF);
    }
}
