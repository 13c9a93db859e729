package io.outcry.orderbook;

import static io.outcry.orderbook.Side.BUY;
import static io.outcry.orderbook.Side.SELL;
import static io.outcry.orderbook.TimeInForce.FILL_OR_KILL;
import static io.outcry.orderbook.TimeInForce.GOOD_TILL_CANCEL;
import static io.outcry.orderbook.TimeInForce.POST_ONLY;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Cancelling, reducing, modifying, and orders that meet others of their owner. */
class OrderBookChangeTest {

    private final EventLog events = new EventLog();
    private OrderBook book = new OrderBook(events);

    @AfterEach
    void theBookIsSound() {
        book.validate();
    }

    @Test
    void cancellingAnUnknownACancelledOrAFilledOrderIsRefused() {
        book.limit(1, SELL, 100, 5);
        book.limit(2, BUY, 100, 5);
        book.limit(3, BUY, 90, 5);
        book.cancel(3);
        events.take();
        assertThat(book.cancel(7)).isFalse();
        assertThat(book.cancel(3)).isFalse();
        assertThat(book.cancel(1)).isFalse();
        assertThat(events.take())
                .containsExactly(
                        "rejected CANCEL 7 UNKNOWN_ID", "rejected CANCEL 3 UNKNOWN_ID", "rejected CANCEL 1 UNKNOWN_ID");
    }

    @Test
    void onlyItsOwnerMayTouchAnOrder() {
        book.enter(1, BUY, 100, 5, GOOD_TILL_CANCEL, 7);
        long before = book.stateHash();
        assertThat(book.cancel(1, 8)).isFalse();
        assertThat(book.cancel(1)).isFalse();
        assertThat(book.reduce(1, 1, 8)).isFalse();
        assertThat(book.modify(1, 99, 5, 8)).isFalse();
        assertThat(events.take())
                .filteredOn(event -> event.endsWith("NOT_OWNER"))
                .hasSize(4);
        assertThat(book.stateHash()).isEqualTo(before);
        assertThat(book.cancel(1, 7)).isTrue();
    }

    @Test
    void reducingKeepsThePlace() {
        book.limit(1, SELL, 100, 10);
        book.limit(2, SELL, 100, 10);
        book.reduce(1, 4);
        assertThat(ids(SELL)).containsExactly(1L, 2L);
        assertThat(book.levelQuantity(SELL, 100)).isEqualTo(16);
        assertThat(events.take()).last().isEqualTo("reduced 1 SELL by 4 to 6@100");
    }

    @Test
    void reducingByAllThatIsLeftOrMoreRemoves() {
        book.limit(1, SELL, 100, 10);
        book.limit(2, SELL, 100, 10);
        book.reduce(1, 10);
        book.reduce(2, Long.MAX_VALUE);
        assertThat(book.size()).isZero();
        assertThat(events.take()).last().isEqualTo("cancelled 2 SELL 10@100 REDUCED_AWAY");
    }

    @Test
    void reducingByNothingOrLessIsRefused() {
        book.limit(1, SELL, 100, 10);
        for (long by : new long[] {0, -1, Long.MIN_VALUE}) {
            assertThat(book.reduce(1, by)).isFalse();
        }
        assertThat(book.reduce(5, 1)).isFalse();
        assertThat(book.quantity(1)).isEqualTo(10);
    }

    @Test
    void aModifiedOrderGoesBehindTheOthersAtItsPrice() {
        book.limit(1, SELL, 100, 10);
        book.limit(2, SELL, 100, 10);
        book.limit(3, SELL, 101, 10);
        book.modify(1, 100, 11);
        assertThat(ids(SELL)).containsExactly(2L, 1L, 3L);
        book.modify(2, 101, 10);
        assertThat(ids(SELL)).containsExactly(1L, 3L, 2L);
    }

    @Test
    void modifyingOneOfTwoLeavesTheOther() {
        book.limit(1, BUY, 100, 10);
        book.limit(2, BUY, 100, 20);
        book.modify(1, 99, 10);
        assertThat(book.levelQuantity(BUY, 100)).isEqualTo(20);
        assertThat(ids(BUY)).containsExactly(2L, 1L);
    }

    @Test
    void anOrderModifiedIntoTheOtherSideTradesAtTheMakersPrice() {
        book.limit(1, SELL, 100, 5);
        book.limit(2, SELL, 101, 5);
        book.limit(3, BUY, 90, 7);
        events.take();
        book.modify(3, 105, 7);
        assertThat(events.take())
                .containsExactly(
                        "modified 3 BUY 7@105",
                        "trade 5@100 maker 1 left 0 taker 3 BUY left 2",
                        "trade 2@101 maker 2 left 3 taker 3 BUY left 0");
        assertThat(book.isLive(3)).isFalse();
    }

    @Test
    void anOrderModifiedThroughAllLiquidityRestsWithWhatIsLeft() {
        book.limit(1, SELL, 100, 5);
        book.limit(2, BUY, 90, 7);
        book.modify(2, 105, 9);
        assertThat(book.bestPrice(BUY)).isEqualTo(105);
        assertThat(book.quantity(2)).isEqualTo(4);
        assertThat(book.isEmpty(SELL)).isTrue();
    }

    @Test
    void aRefusedModificationLeavesTheOriginalInItsPlace() {
        book.limit(1, BUY, 100, 10);
        book.limit(2, BUY, 100, 10);
        long before = book.stateHash();
        assertThat(book.modify(1, 0, 10)).isFalse();
        assertThat(book.modify(1, 100, 0)).isFalse();
        assertThat(book.modify(1, Long.MAX_VALUE, 2)).isFalse();
        assertThat(book.modify(9, 100, 1)).isFalse();
        assertThat(book.stateHash()).isEqualTo(before);
        assertThat(ids(BUY)).containsExactly(1L, 2L);
    }

    @Test
    void aPostOnlyOrderNeverTakesNotEvenModified() {
        book.limit(1, SELL, 100, 5);
        book.enter(2, BUY, 99, 5, POST_ONLY, 0);
        long before = book.stateHash();
        assertThat(book.modify(2, 100, 5)).isFalse();
        assertThat(events.take()).last().isEqualTo("rejected MODIFY 2 WOULD_TAKE");
        assertThat(book.stateHash()).isEqualTo(before);
        assertThat(book.modify(2, 98, 5)).isTrue();
        assertThat(book.modify(2, 100, 5)).isFalse();
        book.cancel(1);
        assertThat(book.modify(2, 100, 5)).isTrue();
    }

    @Test
    void anOrderModifiedInAFullBookKeepsItsRoom() {
        book = new OrderBook(BookOptions.DEFAULT.withOrdersMax(2), events);
        book.limit(1, SELL, 100, 5);
        book.limit(2, SELL, 101, 5);
        assertThat(book.modify(1, 102, 5)).isTrue();
        assertThat(ids(SELL)).containsExactly(2L, 1L);
    }

    @Test
    void allOrdersOfAnOwnerAreCancelledBidsFirstEachSideInPriority() {
        book.enter(1, SELL, 105, 1, GOOD_TILL_CANCEL, 7);
        book.enter(2, SELL, 104, 1, GOOD_TILL_CANCEL, 7);
        book.enter(3, BUY, 90, 1, GOOD_TILL_CANCEL, 7);
        book.enter(4, BUY, 91, 1, GOOD_TILL_CANCEL, 8);
        book.enter(5, BUY, 91, 1, GOOD_TILL_CANCEL, 7);
        events.take();
        assertThat(book.cancelAll(7)).isEqualTo(4);
        assertThat(events.take())
                .containsExactly(
                        "cancelled 5 BUY 1@91 REQUESTED",
                        "cancelled 3 BUY 1@90 REQUESTED",
                        "cancelled 2 SELL 1@104 REQUESTED",
                        "cancelled 1 SELL 1@105 REQUESTED");
        assertThat(book.size()).isEqualTo(1);
    }

    @Test
    void meetingItselfTheTakerIsCancelled() {
        meetOneself(SelfTradePolicy.CANCEL_TAKER);
        assertThat(events.take())
                .containsExactly(
                        "accepted 9 BUY 12@101",
                        "trade 5@100 maker 1 left 0 taker 9 BUY left 7",
                        "cancelled 9 BUY 7@101 SELF_TRADE");
        assertThat(ids(SELL)).containsExactly(2L, 3L);
    }

    @Test
    void meetingItselfTheMakerIsCancelled() {
        meetOneself(SelfTradePolicy.CANCEL_MAKER);
        assertThat(events.take())
                .containsExactly(
                        "accepted 9 BUY 12@101",
                        "trade 5@100 maker 1 left 0 taker 9 BUY left 7",
                        "cancelled 2 SELL 5@100 SELF_TRADE",
                        "trade 5@101 maker 3 left 0 taker 9 BUY left 2");
        assertThat(book.quantity(9)).isEqualTo(2);
    }

    @Test
    void meetingItselfBothAreCancelled() {
        meetOneself(SelfTradePolicy.CANCEL_BOTH);
        assertThat(events.take())
                .containsExactly(
                        "accepted 9 BUY 12@101",
                        "trade 5@100 maker 1 left 0 taker 9 BUY left 7",
                        "cancelled 2 SELL 5@100 SELF_TRADE",
                        "cancelled 9 BUY 7@101 SELF_TRADE");
        assertThat(ids(SELL)).containsExactly(3L);
    }

    @Test
    void meetingItselfBothAreDecremented() {
        meetOneself(SelfTradePolicy.DECREMENT);
        assertThat(events.take())
                .containsExactly(
                        "accepted 9 BUY 12@101",
                        "trade 5@100 maker 1 left 0 taker 9 BUY left 7",
                        "cancelled 2 SELL 5@100 SELF_TRADE",
                        "trade 2@101 maker 3 left 3 taker 9 BUY left 0");
        book.enter(10, SELL, 90, 4, GOOD_TILL_CANCEL, 0);
        book.enter(11, SELL, 200, 8, GOOD_TILL_CANCEL, 7);
        events.take();
        book.enter(12, BUY, 200, 10, GOOD_TILL_CANCEL, 7);
        assertThat(events.take()).endsWith("reduced 11 SELL by 3 to 5@200", "cancelled 12 BUY 3@200 SELF_TRADE");
    }

    @Test
    void theAnonymousNeverMeetThemselves() {
        book = new OrderBook(BookOptions.DEFAULT.withSelfTradePolicy(SelfTradePolicy.CANCEL_BOTH), events);
        book.limit(1, SELL, 100, 5);
        book.limit(2, BUY, 100, 5);
        assertThat(book.size()).isZero();
        assertThat(events.take()).last().asString().startsWith("trade");
    }

    @Test
    void fillOrKillDoesNotCountItsOwnersOrders() {
        for (SelfTradePolicy policy : SelfTradePolicy.values()) {
            book = new OrderBook(BookOptions.DEFAULT.withSelfTradePolicy(policy), events);
            book.enter(1, SELL, 100, 5, GOOD_TILL_CANCEL, 1);
            book.enter(2, SELL, 100, 5, GOOD_TILL_CANCEL, 7);
            book.enter(3, SELL, 101, 4, GOOD_TILL_CANCEL, 1);
            events.take();
            book.enter(9, BUY, 101, 10, FILL_OR_KILL, 7);
            boolean filled = events.take().stream().anyMatch(event -> event.startsWith("trade"));
            assertThat(filled).as(policy.name()).isEqualTo(policy == SelfTradePolicy.ALLOW);
        }
        book = new OrderBook(BookOptions.DEFAULT.withSelfTradePolicy(SelfTradePolicy.CANCEL_MAKER), events);
        book.enter(1, SELL, 100, 5, GOOD_TILL_CANCEL, 7);
        book.enter(2, SELL, 100, 5, GOOD_TILL_CANCEL, 1);
        events.take();
        book.enter(9, BUY, 100, 5, FILL_OR_KILL, 7);
        assertThat(events.take())
                .containsExactly(
                        "accepted 9 BUY 5@100",
                        "cancelled 1 SELL 5@100 SELF_TRADE",
                        "trade 5@100 maker 2 left 0 taker 9 BUY left 0");
    }

    /** Orders of others around one of owner 7, and then owner 7 buys. */
    private void meetOneself(SelfTradePolicy policy) {
        book = new OrderBook(BookOptions.DEFAULT.withSelfTradePolicy(policy), events);
        book.enter(1, SELL, 100, 5, GOOD_TILL_CANCEL, 1);
        book.enter(2, SELL, 100, 5, GOOD_TILL_CANCEL, 7);
        book.enter(3, SELL, 101, 5, GOOD_TILL_CANCEL, 1);
        events.take();
        book.enter(9, BUY, 101, 12, GOOD_TILL_CANCEL, 7);
    }

    private List<Long> ids(Side side) {
        List<Long> ids = new ArrayList<>();
        book.forEachOrder(side, (id, of, price, quantity, owner, post) -> ids.add(id));
        return ids;
    }
}
