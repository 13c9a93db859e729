package io.outcry.orderbook;

import static io.outcry.orderbook.Side.BUY;
import static io.outcry.orderbook.Side.SELL;
import static io.outcry.orderbook.TimeInForce.GOOD_TILL_CANCEL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.outcry.orderbook.MailboxOptions.Drain;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Exchanger;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(240)
class BookMailboxTest {

    private static final BookSink DEAF = new BookSink() {};

    @Test
    void aSubmitterThatFindsNobodyDrainingHasItsResultOnReturn() {
        try (BookMailbox mailbox = BookMailbox.start(MailboxOptions.DEFAULT, DEAF)) {
            BookSubmitter submitter = mailbox.submitter(8);
            assertThat(submitter.enter(1, SELL, 100, 5, GOOD_TILL_CANCEL, 0)).isEqualTo(Submission.QUEUED);
            assertThat(submitter.enter(2, BUY, 101, 8, GOOD_TILL_CANCEL, 0)).isEqualTo(Submission.QUEUED);
            assertThat(submitter.reduce(2, 1, 0)).isEqualTo(Submission.QUEUED);
            assertThat(submitter.modify(2, 99, 4, 0)).isEqualTo(Submission.QUEUED);
            assertThat(submitter.cancel(7, 0)).isEqualTo(Submission.QUEUED);
            assertThat(submitter.cancelAll(0)).isEqualTo(Submission.QUEUED);
            assertThat(submitter.underWay()).isEqualTo(6);
            List<String> results = new ArrayList<>();
            submitter.poll((command, id, sequence, rejected, filled, resting) ->
                    results.add(sequence + " " + command + " " + id + " " + rejected + " " + filled + "/" + resting));
            assertThat(results)
                    .containsExactly(
                            "1 ENTER 1 null 0/5",
                            "2 ENTER 2 null 5/3",
                            "3 REDUCE 2 null 0/2",
                            "4 MODIFY 2 null 0/4",
                            "5 CANCEL 7 UNKNOWN_ID 0/0",
                            "6 CANCEL_OWNER 0 null 0/0");
            assertThat(submitter.underWay()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Drain.class)
    void aSubmitterThatHasItsResultFindsItOnTheBoard(Drain drain) throws InterruptedException {
        Semaphore results = new Semaphore(0);
        try (BookMailbox mailbox = BookMailbox.start(MailboxOptions.DEFAULT.withDrain(drain), DEAF)) {
            BookSubmitter submitter = mailbox.submitter(8, results::release);
            TopOfBook top = new TopOfBook();
            for (int price = 1; price < 500; price++) {
                submitter.enter(price, BUY, price, 1, GOOD_TILL_CANCEL, 0);
                results.acquire();
                submitter.poll((command, id, sequence, rejected, filled, resting) -> {});
                mailbox.board().read(top);
                assertThat(top.price(BUY)).isEqualTo(price);
            }
        }
    }

    @Test
    void aSubmitterWithAllItsRequestsUnderWayIsBusyUntilItFetches() {
        try (BookMailbox mailbox = BookMailbox.start(MailboxOptions.DEFAULT, DEAF)) {
            BookSubmitter submitter = mailbox.submitter(2);
            assertThat(submitter.cancel(1, 0)).isEqualTo(Submission.QUEUED);
            assertThat(submitter.cancel(2, 0)).isEqualTo(Submission.QUEUED);
            assertThat(submitter.cancel(3, 0)).isEqualTo(Submission.BUSY);
            assertThat(submitter.enter(3, BUY, 1, 1, GOOD_TILL_CANCEL, 0)).isEqualTo(Submission.BUSY);
            assertThat(submitter.look(book -> {})).isEqualTo(Submission.BUSY);
            assertThat(mailbox.refusals()).isEqualTo(3);
            assertThat(submitter.poll((command, id, sequence, rejected, filled, resting) -> {}))
                    .isEqualTo(2);
            assertThat(submitter.cancel(3, 0)).isEqualTo(Submission.QUEUED);
        }
    }

    @Test
    void aFullMailboxIsBusyAndLosesNothing() throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        MailboxOptions options = MailboxOptions.DEFAULT.withCapacity(4).withDrain(Drain.OWN_THREAD);
        try (BookMailbox mailbox = BookMailbox.start(options, DEAF)) {
            BookSubmitter submitter = mailbox.submitter(64);
            submitter.look(book -> {
                entered.countDown();
                awaitQuietly(release);
            });
            assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
            int queued = 0;
            while (submitter.enter(queued + 1, BUY, 10, 1, GOOD_TILL_CANCEL, 0) == Submission.QUEUED) {
                queued++;
            }
            assertThat(queued).isEqualTo(mailbox.capacity());
            release.countDown();
            int results = 0;
            while (results < queued + 1) {
                results += submitter.poll((command, id, sequence, rejected, filled, resting) ->
                        assertThat(rejected).isNull());
            }
            assertThat(submitter.underWay()).isZero();
        }
    }

    @Test
    void aLookSeesTheWholeBookBetweenTwoCommands() {
        try (BookMailbox mailbox = BookMailbox.start(MailboxOptions.DEFAULT, DEAF)) {
            BookSubmitter submitter = mailbox.submitter(8);
            submitter.enter(1, BUY, 10, 5, GOOD_TILL_CANCEL, 0);
            List<Long> seen = new ArrayList<>();
            submitter.look(book -> book.forEachOrder(BUY, (id, side, price, quantity, owner, post) -> seen.add(id)));
            assertThat(seen).containsExactly(1L);
        }
    }

    @ParameterizedTest
    @EnumSource(Drain.class)
    void aBrokenSinkIsCountedAndChangesNothing(Drain drain) throws InterruptedException {
        BookSink broken = (BookSink) Proxy.newProxyInstance(
                BookSink.class.getClassLoader(), new Class<?>[] {BookSink.class}, (proxy, method, arguments) -> {
                    throw new IllegalStateException(method.getName());
                });
        OrderBook sound = new OrderBook(DEAF);
        Semaphore tellings = new Semaphore(0);
        List<Long> hash = new ArrayList<>();
        try (BookMailbox mailbox = BookMailbox.start(MailboxOptions.DEFAULT.withDrain(drain), broken)) {
            BookSubmitter submitter = mailbox.submitter(8, tellings::release);
            submitter.enter(1, BUY, 10, 5, GOOD_TILL_CANCEL, 0);
            submitter.enter(2, BUY, 10, 5, GOOD_TILL_CANCEL, 0);
            submitter.enter(3, SELL, 9, 12, GOOD_TILL_CANCEL, 0);
            submitter.modify(3, 8, 7, 0);
            submitter.reduce(3, 1, 0);
            submitter.cancel(4, 0);
            submitter.look(book -> hash.add(book.stateHash()));
            List<String> results = new ArrayList<>();
            while (submitter.underWay() > 0) {
                tellings.acquire();
                submitter.poll((command, id, sequence, rejected, filled, resting) ->
                        results.add(command + " " + id + " " + rejected + " " + filled + "/" + resting));
            }
            assertThat(results)
                    .containsExactly(
                            "ENTER 1 null 0/5",
                            "ENTER 2 null 0/5",
                            "ENTER 3 null 10/2",
                            "MODIFY 3 null 0/7",
                            "REDUCE 3 null 0/6",
                            "CANCEL 4 UNKNOWN_ID 0/0",
                            "LOOK 0 null 0/0");
            sound.limit(3, SELL, 8, 6);
            assertThat(hash).containsExactly(sound.stateHash());
            assertThat(mailbox.sinkFailures()).isEqualTo(8);
            assertThat(mailbox.lastSinkFailure()).hasMessage("onRejected");
        }
    }

    @ParameterizedTest
    @EnumSource(Drain.class)
    void aLookOrATellingThatThrowsIsCountedAndHoldsUpNobody(Drain drain) {
        try (BookMailbox mailbox = BookMailbox.start(MailboxOptions.DEFAULT.withDrain(drain), DEAF)) {
            BookSubmitter submitter = mailbox.submitter(4, () -> {
                throw new IllegalStateException("deaf to results");
            });
            submitter.look(book -> {
                throw new IllegalStateException("blind");
            });
            submitter.enter(1, BUY, 10, 5, GOOD_TILL_CANCEL, 0);
            List<BookCommand> results = new ArrayList<>();
            while (submitter.underWay() > 0) {
                submitter.poll((command, id, sequence, rejected, filled, resting) -> results.add(command));
            }
            assertThat(results).containsExactly(BookCommand.LOOK, BookCommand.ENTER);
            // The look failed before its result came, the telling after it.
            while (mailbox.sinkFailures() < 2) {
                Thread.onSpinWait();
            }
            assertThat(submitter.cancel(1, 0)).isEqualTo(Submission.QUEUED);
        }
    }

    @Test
    void anInterruptDoesNotKeepTheThreadAwake() throws InterruptedException {
        Exchanger<Thread> meeting = new Exchanger<>();
        try (BookMailbox mailbox = BookMailbox.start(MailboxOptions.DEFAULT.withDrain(Drain.OWN_THREAD), DEAF)) {
            BookSubmitter submitter = mailbox.submitter(1);
            submitter.look(book -> {
                try {
                    meeting.exchange(Thread.currentThread());
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
                Thread.currentThread().interrupt();
            });
            Thread own = meeting.exchange(Thread.currentThread());
            while (submitter.underWay() > 0) {
                submitter.poll((command, id, sequence, rejected, filled, resting) -> {});
            }
            // While it stands, every park returns at once.
            while (own.isInterrupted()) {
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
                Thread.onSpinWait();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Drain.class)
    void aClosedMailboxTakesNothing(Drain drain) {
        BookMailbox mailbox = BookMailbox.start(MailboxOptions.DEFAULT.withDrain(drain), DEAF);
        BookSubmitter submitter = mailbox.submitter(1);
        mailbox.close();
        mailbox.close();
        assertThat(submitter.cancel(1, 0)).isEqualTo(Submission.CLOSED);
        assertThat(submitter.underWay()).isZero();
    }

    @Test
    void commandsThatWaitWhenItClosesAreAnsweredClosed() throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        BookMailbox mailbox = BookMailbox.start(MailboxOptions.DEFAULT.withDrain(Drain.OWN_THREAD), DEAF);
        BookSubmitter submitter = mailbox.submitter(8);
        submitter.look(book -> {
            entered.countDown();
            awaitQuietly(release);
        });
        assertThat(entered.await(60, TimeUnit.SECONDS)).isTrue();
        submitter.enter(1, BUY, 10, 5, GOOD_TILL_CANCEL, 0);
        submitter.look(book -> {
            throw new AssertionError("a closed mailbox shows nothing");
        });
        Thread closer = new Thread(mailbox::close);
        closer.start();
        while (submitter.cancel(5, 0) != Submission.CLOSED) {
            Thread.onSpinWait();
        }
        release.countDown();
        closer.join();
        AtomicInteger closed = new AtomicInteger();
        submitter.poll((command, id, sequence, rejected, filled, resting) -> {
            if (rejected == RejectReason.CLOSED) {
                closed.incrementAndGet();
            }
        });
        assertThat(closed.get()).isGreaterThanOrEqualTo(2);
        assertThat(submitter.underWay()).isZero();
        assertThat(mailbox.sinkFailures()).isZero();
    }

    @Test
    void boundsAreChecked() {
        assertThatIllegalArgumentException().isThrownBy(() -> MailboxOptions.DEFAULT.withCapacity(1));
        try (BookMailbox mailbox = BookMailbox.start(MailboxOptions.DEFAULT, DEAF)) {
            assertThatIllegalArgumentException().isThrownBy(() -> mailbox.submitter(0));
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            if (!latch.await(60, TimeUnit.SECONDS)) {
                throw new AssertionError("never released");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
