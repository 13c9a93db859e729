package io.outcry.orderbook;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.outcry.testkit.Seeds;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** In the steady state nothing is allocated: not by the engine, the ladder, the mailbox or the board. */
@ExtendWith(Seeds.class)
class AllocationTest {

    private static final int ROUNDS = 8;
    private static final int COMMANDS = 100_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final long[] words = new long[COMMANDS];
    private long ids;

    private interface Round {
        void run();
    }

    @Test
    void theEngineAllocatesNothing(RandomGenerator random) {
        fill(random);
        OrderBook book = new OrderBook(new BookSink() {});
        assertThat(leastBytes(() -> drive(book))).isZero();
    }

    @Test
    void theLadderAllocatesNothingBeyondItsWindowEither(RandomGenerator random) {
        fill(random);
        Ladder ladder = new Ladder(1 << 12, 64, PriorityTie.ARRIVAL);
        int[] slots = new int[1 << 10];
        Arrays.fill(slots, Ladder.NONE);
        assertThat(leastBytes(() -> {
                    for (long word : words) {
                        int at = (int) word & 1_023;
                        if (slots[at] != Ladder.NONE) {
                            ladder.remove(slots[at]);
                        }
                        Side side = (word & 1_024) == 0 ? Side.BUY : Side.SELL;
                        long price = (word >>> 11) & ((word & 2_048) == 0 ? 0xFF : 0xFFFF_FFFFL);
                        slots[at] = ladder.insert(side, price, word >>> 60, word, 1 + (word & 7), at);
                    }
                }))
                .isZero();
    }

    @Test
    void theMailboxAndTheBoardAllocateNothing(RandomGenerator random) {
        fill(random);
        try (BookMailbox mailbox = BookMailbox.start(MailboxOptions.DEFAULT, new BookSink() {})) {
            BookSubmitter submitter = mailbox.submitter(64);
            TopOfBook top = new TopOfBook();
            BookDepth depth = new BookDepth(mailbox.board().depth());
            BookResultHandler handler = (command, id, sequence, rejected, filled, resting) -> {};
            assertThat(leastBytes(() -> {
                        for (long word : words) {
                            Side side = (word & 1) == 0 ? Side.BUY : Side.SELL;
                            submitter.enter(++ids, side, price(word), 1, TimeInForce.GOOD_TILL_CANCEL, 0);
                            submitter.cancel(ids - 100, 0);
                            submitter.poll(handler);
                            mailbox.board().read(top);
                            mailbox.board().read(depth);
                        }
                    }))
                    .isZero();
        }
    }

    private void drive(OrderBook book) {
        for (long word : words) {
            Side side = (word & 1) == 0 ? Side.BUY : Side.SELL;
            long price = price(word);
            switch ((int) (word >>> 32) & 7) {
                case 0 -> book.immediateOrCancel(++ids, side, price, 5);
                case 1 -> book.fillOrKill(++ids, side, price, 5);
                case 2 -> book.postOnly(++ids, side, price, 5);
                case 3 -> book.reduce(ids - (word >>> 40 & 63), 1);
                case 4 -> book.modify(ids - (word >>> 40 & 63), price, 7);
                case 5 -> book.limit(++ids, side, price + (word >>> 50), 5);
                default -> {
                    book.limit(++ids, side, price, 5);
                    book.cancel(ids - (word >>> 40 & 127));
                }
            }
            if (book.size() > 2_000) {
                book.cancelAll(0);
            }
        }
    }

    private static long price(long word) {
        return 10_000 + (word >>> 16 & 31) + ((word & 1) == 0 ? -10 : 10);
    }

    private void fill(RandomGenerator random) {
        for (int i = 0; i < words.length; i++) {
            words[i] = random.nextLong() >>> 2;
        }
    }

    /**
     * The least of the rounds: each does the same kind of work, so whatever the code allocates shows in all of them, while
     * a JVM replacing compiled code charges a few hundred bytes of its own to some.
     */
    private long leastBytes(Round round) {
        long me = Thread.currentThread().getId();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            long before = threads.getThreadAllocatedBytes(me);
            round.run();
            least = Math.min(least, threads.getThreadAllocatedBytes(me) - before);
        }
        return least;
    }
}
