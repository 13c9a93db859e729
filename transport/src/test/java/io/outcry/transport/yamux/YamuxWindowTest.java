package io.outcry.transport.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.transport.muxer.MuxerError;
import io.outcry.transport.muxer.WindowBudget;
import org.junit.jupiter.api.Test;

/** Windows: who may send how much, and when it hears of more. */
class YamuxWindowTest extends YamuxListener {

    @Test
    void creditReturnsAfterHalfAWindowWasConsumed() {
        end.consume = false;
        in(RawFrame.data(SYN, 1, new byte[START]));
        out();
        end.consume(end.last(), START / 2 - 1, clock.nowNs());
        assertThat(end.muxer.hasOutput()).isFalse();
        end.consume(end.last(), 1, clock.nowNs());
        assertThat(out()).containsExactly(frame(WINDOW, 0, 1, START / 2));
        end.consume(end.last(), START / 2, clock.nowNs());
        assertThat(out()).containsExactly(frame(WINDOW, 0, 1, START / 2));
    }

    @Test
    void aPeerThatSendsMoreThanTheWindowIsToldToGoAway() {
        end.consume = false;
        in(RawFrame.data(SYN, 1, new byte[START]));
        assertThat(end.error).isNull();
        in(RawFrame.data(0, 1, (byte) 1));
        assertFailed(MuxerError.PROTOCOL, "0 in the window");
    }

    @Test
    void anOverrunIsSeenOnTheHeader() {
        in(RawFrame.window(SYN, 1, 0), RawFrame.header(0, DATA, 0, 1, START + 1));
        assertFailed(MuxerError.PROTOCOL, "262145 bytes sent with 262144 in the window");
    }

    @Test
    void dataWaitsForTheWindowAndTheCloseForTheData() {
        in(RawFrame.window(SYN, 1, 0));
        out();
        long stream = end.last().handle;
        end.send(stream, new byte[START + 10]);
        end.muxer.closeWrite(stream);
        assertThat(out().stream().mapToLong(RawFrame::length).sum()).isEqualTo(START);
        assertThat(end.muxer.hasOutput()).isFalse();
        in(RawFrame.window(0, 1, 4));
        assertThat(out()).containsExactly(data(1, 4));
        in(RawFrame.window(0, 1, 100));
        assertThat(out()).containsExactly(data(1, 6), frame(WINDOW, FIN, 1, 0));
    }

    @Test
    void aLargerFirstWindowOfThePeerIsUsed() {
        in(RawFrame.window(SYN, 1, 1_000_000));
        end.send(end.last().handle, new byte[2_000_000]);
        out();
        assertThat(end.last().written).isEqualTo(START + 1_000_000);
    }

    @Test
    void aLargerFirstWindowOfOursIsGrantedWithOpenAndAcknowledgement() {
        end = end(YamuxParams.builder().keepAliveMs(0).initialWindow(1 << 20), WindowBudget.UNBOUNDED);
        end.consume = false;
        in(RawFrame.window(SYN, 1, 0));
        end.open(clock.nowNs());
        assertThat(out())
                .containsExactly(frame(WINDOW, ACK, 1, (1 << 20) - START), frame(WINDOW, SYN, 2, (1 << 20) - START));
        in(RawFrame.data(0, 1, new byte[1 << 20]));
        assertThat(end.error).isNull();
    }

    @Test
    void aLargerFirstWindowNeedsTheBudget() {
        end = end(YamuxParams.builder().keepAliveMs(0).initialWindow(1 << 20), WindowBudget.NONE);
        in(RawFrame.window(SYN, 1, 0));
        assertThat(out()).containsExactly(frame(WINDOW, ACK, 1, 0));
    }

    @Test
    void aWindowThatOverflowsIsAProtocolError() {
        in(RawFrame.window(SYN, 1, 0xffff_ffffL - START));
        assertThat(end.error).isNull();
        in(RawFrame.window(0, 1, 1));
        assertFailed(MuxerError.PROTOCOL, "overflows");
    }

    @Test
    void creditOfTheLargestDeltaIsFineOnAnEmptyWindow() {
        in(RawFrame.window(SYN, 1, 0));
        end.send(end.last().handle, new byte[START]);
        out();
        in(RawFrame.window(0, 1, 0xffff_ffffL));
        assertThat(end.error).isNull();
    }

    @Test
    void aWindowConsumedFastDoublesUpToItsLimit() {
        end = end(YamuxParams.builder().keepAliveMs(30_000).windowMax(4 * START), WindowBudget.UNBOUNDED);
        measureRoundTrip(100);
        in(RawFrame.window(SYN, 1, 0));
        out();
        long handle = end.last().handle;
        in(RawFrame.data(0, 1, new byte[START / 2]));
        assertThat(out()).containsExactly(frame(WINDOW, 0, 1, START / 2 + START));
        clock.advanceMs(399);
        in(RawFrame.data(0, 1, new byte[START]));
        assertThat(out()).containsExactly(frame(WINDOW, 0, 1, START + 2 * START));
        in(RawFrame.data(0, 1, new byte[2 * START]));
        assertThat(out()).containsExactly(frame(WINDOW, 0, 1, 2 * START));
        assertThat(yamux().window(handle)).isEqualTo(4 * START);
    }

    @Test
    void aWindowConsumedSlowlyStaysAsItIs() {
        end = end(YamuxParams.builder().keepAliveMs(30_000), WindowBudget.UNBOUNDED);
        measureRoundTrip(100);
        in(RawFrame.window(SYN, 1, 0));
        out();
        clock.advanceMs(400);
        in(RawFrame.data(0, 1, new byte[START / 2]));
        assertThat(out()).containsExactly(frame(WINDOW, 0, 1, START / 2));
    }

    @Test
    void aWindowDoesNotGrowAgainstTheBudgetAndWhatGrewIsGivenBack() {
        CountingBudget budget = new CountingBudget(START);
        end = end(YamuxParams.builder().keepAliveMs(30_000), budget);
        measureRoundTrip(100);
        in(RawFrame.window(SYN, 1, 0), RawFrame.data(0, 1, new byte[START / 2]));
        out();
        in(RawFrame.data(0, 1, new byte[START]));
        out();
        assertThat(yamux().window(end.last().handle)).isEqualTo(2 * START);
        assertThat(budget.reserved).isEqualTo(START);
        in(RawFrame.window(RST, 1, 0));
        assertThat(budget.reserved).isZero();
    }

    @Test
    void windowsTogetherDoNotOutgrowWhatTheConnectionMayHold() {
        end = end(
                YamuxParams.builder().keepAliveMs(30_000).limits(l -> l.unconsumedMax(5 * START)),
                WindowBudget.UNBOUNDED);
        measureRoundTrip(100);
        in(RawFrame.window(SYN, 1, 0), RawFrame.window(SYN, 3, 0));
        long one = end.accepted.get(0);
        long three = end.accepted.get(1);
        consumeAllOf(1, one);
        consumeAllOf(1, one);
        consumeAllOf(3, three);
        assertThat(yamux().window(one)).isEqualTo(4 * START);
        assertThat(yamux().window(three)).isEqualTo(START);
        end.muxer.reset(one, 0);
        consumeAllOf(3, three);
        assertThat(yamux().window(three)).isEqualTo(2 * START);
    }

    @Test
    void aWindowNobodyUsesGivesItsMemoryBackAndIsShrunkAsTheRestOfItIsSent() {
        CountingBudget budget = new CountingBudget(3 * START);
        end = end(YamuxParams.builder().keepAliveMs(30_000), budget);
        measureRoundTrip(100);
        in(RawFrame.window(SYN, 1, 0));
        long handle = end.last().handle;
        consumeAllOf(1, handle);
        consumeAllOf(1, handle);
        assertThat(budget.reserved).isEqualTo(3 * START);
        long grownNs = clock.nowNs();

        assertThat(end.muxer.nextDeadlineNs()).isLessThanOrEqualTo(grownNs + 30_000_000_000L);
        clock.advanceMs(29_999);
        end.muxer.onTick(clock.nowNs());
        assertThat(budget.reserved).as("in use").isEqualTo(3 * START);
        clock.advanceMs(1);
        end.muxer.onTick(clock.nowNs());
        assertThat(budget.reserved).isZero();
        assertThat(yamux().window(handle)).isEqualTo(START);

        out();
        in(RawFrame.data(0, 1, new byte[3 * START]));
        assertThat(end.error).as("it was told that it may").isNull();
        assertThat(out()).as("and is not told so again").isEmpty();
        in(RawFrame.data(0, 1, new byte[START / 2]));
        assertThat(out()).containsExactly(frame(WINDOW, 0, 1, START / 2));
        in(RawFrame.data(0, 1, new byte[START]));
        assertThat(end.error).isNull();
        in(RawFrame.header(0, DATA, 0, 1, 4 * START));
        assertThat(end.error).as("more than it has left").isEqualTo(MuxerError.PROTOCOL);
    }

    @Test
    void creditAnIdleStreamWasNotToldOfIsKept() {
        CountingBudget budget = new CountingBudget(START);
        end = end(YamuxParams.builder().keepAliveMs(30_000), budget);
        measureRoundTrip(100);
        in(RawFrame.window(SYN, 1, 0));
        consumeAllOf(1, end.last().handle);
        in(RawFrame.data(0, 1, new byte[START - 1]));
        assertThat(out()).as("not half of it").isEmpty();
        clock.advanceMs(30_000);
        end.muxer.onTick(clock.nowNs());
        out();
        assertThat(budget.reserved).isZero();
        in(RawFrame.data(0, 1, new byte[START / 2]));
        assertThat(out()).as("one is kept back").isEmpty();
        in(RawFrame.data(0, 1, new byte[1]));
        assertThat(out()).containsExactly(frame(WINDOW, 0, 1, START / 2));
    }

    @Test
    void aWindowInUseKeepsItsMemory() {
        CountingBudget budget = new CountingBudget(START);
        end = end(YamuxParams.builder().keepAliveMs(30_000), budget);
        measureRoundTrip(100);
        in(RawFrame.window(SYN, 1, 0));
        consumeAllOf(1, end.last().handle);
        clock.advanceMs(20_000);
        consumeAllOf(1, end.last().handle);
        clock.advanceMs(29_999);
        end.muxer.onTick(clock.nowNs());
        assertThat(budget.reserved).isEqualTo(START);
    }

    @Test
    void whatAnIdleWindowMayStillBeSentKeepsOthersFromGrowing() {
        end = end(
                YamuxParams.builder().keepAliveMs(30_000).limits(l -> l.unconsumedMax(5 * START)),
                WindowBudget.UNBOUNDED);
        measureRoundTrip(100);
        in(RawFrame.window(SYN, 1, 0), RawFrame.window(SYN, 3, 0));
        long one = end.accepted.get(0);
        long three = end.accepted.get(1);
        consumeAllOf(1, one);
        consumeAllOf(1, one);
        clock.advanceMs(30_000);
        end.muxer.onTick(clock.nowNs());
        out();
        assertThat(yamux().window(one)).isEqualTo(START);
        consumeAllOf(3, three);
        consumeAllOf(3, three);
        assertThat(yamux().window(three)).isEqualTo(START);
        in(RawFrame.data(0, 1, new byte[3 * START]));
        consumeAllOf(3, three);
        assertThat(yamux().window(three)).isEqualTo(2 * START);
    }

    /** A peer that fills the window of a stream whose reader takes everything at once. */
    private void consumeAllOf(int id, long handle) {
        out();
        in(RawFrame.data(0, id, new byte[(int) yamux().window(handle)]));
        out();
    }

    @Test
    void thePauseComesAtTheCapOfUnconsumedBytes() {
        end = end(YamuxParams.builder().keepAliveMs(0).limits(l -> l.unconsumedMax(2 * START)), WindowBudget.NONE);
        end.consume = false;
        in(RawFrame.data(SYN, 1, new byte[START]));
        assertThat(end.muxer.inputPaused()).isFalse();
        in(RawFrame.data(SYN, 3, new byte[START]));
        assertThat(end.muxer.inputPaused()).isTrue();
        assertThat(end.muxer.unconsumedBytes()).isEqualTo(2 * START);
        end.consume(end.last(), 1, clock.nowNs());
        assertThat(end.muxer.inputPaused()).isFalse();
        in(RawFrame.window(RST, 1, 0));
        assertThat(end.muxer.unconsumedBytes()).isEqualTo(START - 1);
    }

    @Test
    void noCreditIsSentToAPeerThatClosed() {
        end.consume = false;
        in(RawFrame.data(SYN | FIN, 1, new byte[START]));
        out();
        end.consumeAll(clock.nowNs());
        assertThat(end.muxer.hasOutput()).isFalse();
    }

    /** Has so much and no more. */
    private static final class CountingBudget implements WindowBudget {
        private final long limit;
        private long reserved;

        CountingBudget(long limit) {
            this.limit = limit;
        }

        @Override
        public boolean reserve(long bytes) {
            if (reserved + bytes > limit) {
                return false;
            }
            reserved += bytes;
            return true;
        }

        @Override
        public void release(long bytes) {
            reserved -= bytes;
        }
    }
}
