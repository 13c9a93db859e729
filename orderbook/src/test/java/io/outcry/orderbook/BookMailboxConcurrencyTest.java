package io.outcry.orderbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.orderbook.MailboxOptions.Drain;
import io.outcry.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many threads at one book: results, quotes and closing under fire. */
@Timeout(240)
@ExtendWith(Seeds.class)
class BookMailboxConcurrencyTest {

    private static final int SUBMITTERS = 4;
    private static final int COMMANDS = 15_000;

    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    }

    /** Every command's effects, as the sink saw them. */
    private static final class Ledger implements BookSink {
        final AtomicLong accepted = new AtomicLong();
        final AtomicLong traded = new AtomicLong();

        @Override
        public void onAccepted(long sequence, long orderId, Side side, long price, long quantity) {
            accepted.set(accepted.get() + quantity);
        }

        @Override
        public void onTrade(
                long sequence,
                long price,
                long quantity,
                long makerId,
                long makerLeft,
                long takerId,
                Side takerSide,
                long takerLeft) {
            traded.set(traded.get() + quantity);
        }
    }

    @ParameterizedTest
    @EnumSource(Drain.class)
    void eachSubmitterGetsExactlyItsOwnResultsInItsOwnOrder(Drain drain, RandomGenerator random) throws Exception {
        Ledger ledger = new Ledger();
        MailboxOptions options = MailboxOptions.DEFAULT.withCapacity(64).withDrain(drain);
        long filled = 0;
        try (BookMailbox mailbox = BookMailbox.start(options, ledger)) {
            List<Future<Long>> runs = new ArrayList<>();
            for (int i = 0; i < SUBMITTERS; i++) {
                long seed = random.nextLong();
                long firstId = 1 + (long) i * COMMANDS;
                runs.add(threads.submit(() -> submitAll(mailbox, Seeds.random(seed), firstId)));
            }
            for (Future<Long> run : runs) {
                filled += run.get(60, TimeUnit.SECONDS);
            }
        }
        // What takers were told they filled is what the sink saw traded.
        assertThat(filled).isEqualTo(ledger.traded.get()).isPositive();
    }

    private static long submitAll(BookMailbox mailbox, RandomGenerator random, long firstId) {
        BookSubmitter submitter = mailbox.submitter(32);
        long[] expected = {firstId};
        long[] filled = {0};
        BookResultHandler check = (command, id, sequence, rejected, traded, resting) -> {
            assertThat(id).isEqualTo(expected[0]++);
            assertThat(rejected).isNull();
            filled[0] += traded;
        };
        for (long id = firstId; id < firstId + COMMANDS; ) {
            Side side = random.nextBoolean() ? Side.BUY : Side.SELL;
            long price = 1_000L + random.nextInt(20) + (side == Side.BUY ? -5 : 5);
            TimeInForce time = random.nextInt(3) == 0 ? TimeInForce.GOOD_TILL_CANCEL : TimeInForce.IMMEDIATE_OR_CANCEL;
            if (submitter.enter(id, side, price, 1 + random.nextInt(9), time, 0) == Submission.QUEUED) {
                id++;
            } else {
                Thread.onSpinWait();
            }
            submitter.poll(check);
        }
        while (submitter.underWay() > 0) {
            if (submitter.poll(check) == 0) {
                Thread.onSpinWait();
            }
        }
        assertThat(expected[0]).isEqualTo(firstId + COMMANDS);
        return filled[0];
    }

    /**
     * The writer enters, at each step k, one bid of k lots at price k in place of the last: any state that ever existed has
     * quantity = price = sequence, at the top and in the depth, and a mixture of two has not.
     */
    @ParameterizedTest
    @EnumSource(Drain.class)
    void readersSeeOnlyStatesThatExisted(Drain drain) throws Exception {
        AtomicBoolean done = new AtomicBoolean();
        try (BookMailbox mailbox =
                BookMailbox.start(MailboxOptions.DEFAULT.withDrain(drain).withDepth(4), new BookSink() {})) {
            List<Future<Long>> readers = new ArrayList<>();
            CyclicBarrier start = new CyclicBarrier(3);
            for (int i = 0; i < 2; i++) {
                readers.add(threads.submit(() -> {
                    start.await();
                    return readUntil(done, mailbox.board());
                }));
            }
            start.await();
            BookSubmitter submitter = mailbox.submitter(16);
            for (long k = 1; k <= 30_000; ) {
                // One order for ever, modified: price, quantity and sequence move together.
                Submission submission = k == 1
                        ? submitter.enter(1, Side.BUY, 1, 1, TimeInForce.GOOD_TILL_CANCEL, 0)
                        : submitter.modify(1, k, k, 0);
                if (submission == Submission.QUEUED) {
                    k++;
                } else {
                    Thread.onSpinWait();
                }
                submitter.poll((command, id, sequence, rejected, filled, resting) -> {});
            }
            while (submitter.underWay() > 0) {
                submitter.poll((command, id, sequence, rejected, filled, resting) -> {});
            }
            done.set(true);
            for (Future<Long> reader : readers) {
                assertThat(reader.get(60, TimeUnit.SECONDS)).isEqualTo(30_000);
            }
        }
    }

    private static long readUntil(AtomicBoolean done, QuoteBoard board) {
        TopOfBook top = new TopOfBook();
        BookDepth depth = new BookDepth(board.depth());
        long last = 0;
        boolean lastRound;
        do {
            lastRound = done.get();
            board.read(top);
            board.read(depth);
            assertThat(top.price(Side.BUY)).isEqualTo(top.sequence());
            assertThat(top.quantity(Side.BUY)).isEqualTo(top.sequence());
            assertThat(top.sequence()).isGreaterThanOrEqualTo(last);
            if (depth.sequence() > 0) {
                assertThat(depth.levels(Side.BUY)).isEqualTo(1);
                assertThat(depth.price(Side.BUY, 0)).isEqualTo(depth.sequence());
                assertThat(depth.quantity(Side.BUY, 0)).isEqualTo(depth.sequence());
            }
            last = top.sequence();
        } while (!lastRound);
        return last;
    }

    @ParameterizedTest
    @EnumSource(Drain.class)
    void closingUnderFireAnswersEveryQueuedCommand(Drain drain) throws Exception {
        for (int round = 0; round < 200; round++) {
            BookMailbox mailbox =
                    BookMailbox.start(MailboxOptions.DEFAULT.withCapacity(16).withDrain(drain), new BookSink() {});
            CyclicBarrier start = new CyclicBarrier(3);
            List<Future<Integer>> runs = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                int first = i * 1_000_000;
                runs.add(threads.submit(() -> {
                    start.await();
                    return submitUntilClosed(mailbox.submitter(8), first);
                }));
            }
            start.await();
            mailbox.close();
            for (Future<Integer> run : runs) {
                assertThat(run.get(60, TimeUnit.SECONDS)).isZero();
            }
        }
    }

    private static int submitUntilClosed(BookSubmitter submitter, int first) {
        int id = first;
        while (submitter.enter(++id, Side.BUY, 10, 1, TimeInForce.GOOD_TILL_CANCEL, 0) != Submission.CLOSED) {
            submitter.poll((command, order, sequence, rejected, filled, resting) -> {});
        }
        while (submitter.underWay() > 0) {
            submitter.poll((command, order, sequence, rejected, filled, resting) -> {});
            Thread.onSpinWait();
        }
        return submitter.underWay();
    }
}
