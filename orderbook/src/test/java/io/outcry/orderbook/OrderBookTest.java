package io.outcry.orderbook;

import static io.outcry.orderbook.Side.BUY;
import static io.outcry.orderbook.Side.SELL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Resting, matching, immediate orders: what every engine must do, and what many got wrong. */
class OrderBookTest {

    private final EventLog events = new EventLog();
    private final OrderBook book = new OrderBook(events);

    @Test
    void anEmptyBookQuotesNothing() {
        assertThat(book.isEmpty(BUY)).isTrue();
        assertThat(book.isEmpty(SELL)).isTrue();
        assertThat(book.size()).isZero();
    }

    @Test
    void theBestQuoteChangesOnlyWhenImproved() {
        book.limit(1, BUY, 100, 5);
        book.limit(2, BUY, 90, 5);
        assertThat(book.bestPrice(BUY)).isEqualTo(100);
        book.limit(3, BUY, 101, 5);
        assertThat(book.bestPrice(BUY)).isEqualTo(101);
        book.limit(4, SELL, 110, 5);
        book.limit(5, SELL, 120, 5);
        assertThat(book.bestPrice(SELL)).isEqualTo(110);
    }

    @Test
    void quantitiesBeyondAnIntAreKept() {
        book.limit(1, SELL, 100, 13_000_000_000L);
        book.limit(2, BUY, 100, 12_000_000_000L);
        assertThat(book.levelQuantity(SELL, 100)).isEqualTo(1_000_000_000L);
    }

    @Test
    void aLevelsSumFollowsAddsCancelsAndPartialFills() {
        book.limit(1, SELL, 100, 10);
        book.limit(2, SELL, 100, 20);
        assertLevel(SELL, 100, 30, 2);
        book.limit(3, BUY, 100, 4);
        assertLevel(SELL, 100, 26, 2);
        book.cancel(2);
        assertLevel(SELL, 100, 6, 1);
        book.cancel(1);
        assertLevel(SELL, 100, 0, 0);
        assertThat(book.levels(SELL)).isZero();
    }

    @Test
    void cancellingTheBestShowsTheNextAtOnce() {
        book.limit(1, SELL, 100, 10);
        book.limit(2, SELL, 105, 20);
        book.cancel(1);
        assertThat(book.bestPrice(SELL)).isEqualTo(105);
        book.limit(3, BUY, 104, 5);
        assertThat(book.bestPrice(BUY)).isEqualTo(104);
        assertThat(book.bestPrice(SELL)).isEqualTo(105);
    }

    @Test
    void cancellingHeadMiddleOrTailKeepsTheQueue() {
        for (long id = 1; id <= 6; id++) {
            book.limit(id, SELL, 100, 1);
        }
        book.cancel(1);
        book.cancel(4);
        book.cancel(6);
        assertThat(ids(SELL)).containsExactly(2L, 3L, 5L);
        events.take();
        book.limit(9, BUY, 100, 3);
        assertThat(makers()).containsExactly(2L, 3L, 5L);
    }

    @Test
    void anExactMatchEmptiesBothSides() {
        book.limit(1, SELL, 100, 10);
        book.limit(2, BUY, 100, 10);
        assertThat(events.take())
                .containsExactly(
                        "accepted 1 SELL 10@100",
                        "accepted 2 BUY 10@100",
                        "trade 10@100 maker 1 left 0 taker 2 BUY left 0");
        assertThat(book.size()).isZero();
    }

    @Test
    void aSmallerTakerLeavesTheMakerInPlace() {
        book.limit(1, SELL, 100, 10);
        book.limit(2, BUY, 100, 4);
        assertThat(book.quantity(1)).isEqualTo(6);
        assertThat(book.isLive(2)).isFalse();
    }

    @Test
    void aLargerTakerRestsWithWhatIsLeftAtItsOwnLimit() {
        book.limit(1, SELL, 100, 10);
        book.limit(2, BUY, 103, 15);
        assertLevel(BUY, 103, 5, 1);
        assertThat(book.isEmpty(SELL)).isTrue();
    }

    @Test
    void aSweepTakesTheBestLevelsFirstAndStopsAtItsLimit() {
        book.limit(1, SELL, 102, 10);
        book.limit(2, SELL, 100, 10);
        book.limit(3, SELL, 101, 10);
        book.limit(4, SELL, 104, 10);
        events.take();
        book.limit(5, BUY, 103, 100);
        assertThat(events.take())
                .containsExactly(
                        "accepted 5 BUY 100@103",
                        "trade 10@100 maker 2 left 0 taker 5 BUY left 90",
                        "trade 10@101 maker 3 left 0 taker 5 BUY left 80",
                        "trade 10@102 maker 1 left 0 taker 5 BUY left 70");
        assertLevel(BUY, 103, 70, 1);
        assertThat(book.bestPrice(SELL)).isEqualTo(104);
    }

    @Test
    void anExactSweepOverLevelsLeavesNothing() {
        book.limit(1, BUY, 100, 10);
        book.limit(2, BUY, 99, 20);
        book.limit(3, SELL, 99, 30);
        assertThat(book.size()).isZero();
        book.validate();
    }

    @Test
    void thePriceIsTheMakersInBothDirections() {
        book.limit(1, SELL, 100, 1);
        book.limit(2, BUY, 150, 1);
        book.limit(3, BUY, 100, 1);
        book.limit(4, SELL, 50, 1);
        assertThat(events.take())
                .filteredOn(event -> event.startsWith("trade"))
                .allMatch(event -> event.contains("@100 "));
    }

    @Test
    void aPartlyFilledMakerKeepsTheHeadOfItsQueue() {
        book.limit(1, SELL, 100, 10);
        book.limit(2, SELL, 100, 10);
        events.take();
        book.limit(3, BUY, 100, 3);
        book.limit(4, BUY, 100, 3);
        book.limit(5, BUY, 100, 5);
        assertThat(makers()).containsExactly(1L, 1L, 1L, 2L);
        assertThat(book.quantity(2)).isEqualTo(9);
    }

    @Test
    void whatOutlivesTheOtherSideBecomesTheBestOfItsOwn() {
        book.limit(1, SELL, 100, 1);
        book.limit(2, BUY, 110, 5);
        assertThat(book.bestPrice(BUY)).isEqualTo(110);
        assertThat(book.isEmpty(SELL)).isTrue();
    }

    @Test
    void fiveThousandMakersAreSweptInOneCommand() {
        for (long id = 1; id <= 5_000; id++) {
            book.limit(id, SELL, 100 + id % 50, 2);
        }
        events.take();
        book.limit(9_999, BUY, 1_000, 10_001);
        assertThat(events.take()).hasSize(5_001);
        assertLevel(BUY, 1_000, 1, 1);
        book.validate();
    }

    @Test
    void noTradeIsEverEmptyAndNothingIsLost() {
        book.limit(1, SELL, 100, 3);
        book.limit(2, SELL, 100, 4);
        events.take();
        book.limit(3, BUY, 100, 9);
        long traded = events.take().stream()
                .filter(event -> event.startsWith("trade"))
                .mapToLong(event -> Long.parseLong(event.substring(6, event.indexOf('@'))))
                .peek(quantity -> assertThat(quantity).isPositive())
                .sum();
        assertThat(traded + book.quantity(3)).isEqualTo(9);
    }

    @Test
    void anImmediateOrderThatFindsNothingIsCancelledWhole() {
        book.limit(1, SELL, 101, 5);
        long before = book.stateHash();
        events.take();
        assertThat(book.immediateOrCancel(2, BUY, 100, 5)).isTrue();
        assertThat(events.take()).containsExactly("accepted 2 BUY 5@100", "cancelled 2 BUY 5@100 NOT_IMMEDIATE");
        assertThat(book.stateHash()).isEqualTo(before);
    }

    @Test
    void theRestOfAnImmediateOrderNeverRests() {
        book.limit(1, SELL, 100, 5);
        book.limit(2, SELL, 101, 5);
        events.take();
        book.immediateOrCancel(3, BUY, 101, 12);
        assertThat(events.take()).last().isEqualTo("cancelled 3 BUY 2@101 NOT_IMMEDIATE");
        assertThat(book.size()).isZero();
    }

    @Test
    void anImmediateOrderMayBeFilledWholeOverSeveralLevels() {
        book.limit(1, BUY, 100, 5);
        book.limit(2, BUY, 99, 5);
        events.take();
        book.immediateOrCancel(3, SELL, 99, 8);
        assertThat(makers()).containsExactly(1L, 2L);
        assertThat(book.quantity(2)).isEqualTo(2);
    }

    @Test
    void fillOrKillTradesNothingIfOneLotIsMissing() {
        book.limit(1, SELL, 100, 5);
        book.limit(2, SELL, 101, 5);
        book.limit(3, SELL, 103, 5);
        long before = book.stateHash();
        events.take();
        book.fillOrKill(4, BUY, 102, 11);
        assertThat(events.take()).containsExactly("accepted 4 BUY 11@102", "cancelled 4 BUY 11@102 NOT_FILLABLE");
        assertThat(book.stateHash()).isEqualTo(before);
    }

    @Test
    void fillOrKillFillsWhenSeveralLevelsAreJustEnough() {
        book.limit(1, SELL, 100, 5);
        book.limit(2, SELL, 101, 5);
        events.take();
        book.fillOrKill(3, BUY, 101, 10);
        assertThat(makers()).containsExactly(1L, 2L);
        assertThat(book.size()).isZero();
    }

    @Test
    void postOnlyIsRefusedIfItWouldTakeAndRestsIfNot() {
        book.limit(1, SELL, 100, 5);
        long before = book.stateHash();
        assertThat(book.postOnly(2, BUY, 100, 5)).isFalse();
        assertThat(events.take()).last().isEqualTo("rejected ENTER 2 WOULD_TAKE");
        assertThat(book.stateHash()).isEqualTo(before);
        assertThat(book.postOnly(2, BUY, 99, 5)).isTrue();
        assertLevel(BUY, 99, 5, 1);
    }

    @Test
    void aDuplicateIdIsRefusedBeforeItMatches() {
        book.limit(1, BUY, 90, 5);
        book.limit(2, SELL, 100, 5);
        events.take();
        assertThat(book.limit(1, BUY, 100, 9)).isFalse();
        assertThat(events.take()).containsExactly("rejected ENTER 1 DUPLICATE_ID");
        assertThat(book.quantity(2)).isEqualTo(5);
    }

    @Test
    void anIdIsFreeAgainAfterCancelOrFill() {
        book.limit(1, BUY, 90, 5);
        book.cancel(1);
        assertThat(book.limit(1, SELL, 95, 5)).isTrue();
        book.limit(2, BUY, 95, 5);
        assertThat(book.limit(1, BUY, 90, 5)).isTrue();
        assertThat(book.limit(2, BUY, 90, 5)).isTrue();
    }

    @Test
    void pricesAndQuantitiesMustBePositive() {
        assertThat(book.limit(1, BUY, 0, 5)).isFalse();
        assertThat(book.limit(1, BUY, -5, 5)).isFalse();
        assertThat(book.limit(1, BUY, Long.MIN_VALUE, 5)).isFalse();
        assertThat(book.limit(1, BUY, 5, 0)).isFalse();
        assertThat(book.limit(1, BUY, 5, Long.MIN_VALUE)).isFalse();
        assertThat(events.take())
                .containsExactly(
                        "rejected ENTER 1 PRICE_NOT_POSITIVE",
                        "rejected ENTER 1 PRICE_NOT_POSITIVE",
                        "rejected ENTER 1 PRICE_NOT_POSITIVE",
                        "rejected ENTER 1 QUANTITY_NOT_POSITIVE",
                        "rejected ENTER 1 QUANTITY_NOT_POSITIVE");
        assertThat(book.size()).isZero();
    }

    @Test
    void aNotionalThatWouldWrapIsRefused() {
        assertThat(book.limit(1, BUY, 1L << 32, 1L << 31)).isFalse();
        assertThat(book.limit(1, BUY, Long.MAX_VALUE, 2)).isFalse();
        assertThat(events.take()).allMatch(event -> event.endsWith("NOTIONAL_OVERFLOW"));
        assertThat(book.limit(1, BUY, Long.MAX_VALUE, 1)).isTrue();
        assertThat(book.limit(2, SELL, 1, Long.MAX_VALUE)).isTrue();
        assertThat(book.quantity(2)).isEqualTo(Long.MAX_VALUE - 1);
    }

    @Test
    void aFullBookStillTakesOrdersThatTrade() {
        OrderBook small = new OrderBook(BookOptions.DEFAULT.withOrdersMax(2), events);
        small.limit(1, SELL, 100, 5);
        small.limit(2, SELL, 101, 5);
        assertThat(small.limit(3, BUY, 99, 5)).isFalse();
        assertThat(small.postOnly(3, BUY, 99, 5)).isFalse();
        assertThat(small.immediateOrCancel(3, BUY, 99, 5)).isTrue();
        assertThat(small.limit(3, BUY, 100, 7)).isTrue();
        assertThat(small.quantity(3)).isEqualTo(2);
        small.validate();
    }

    @Test
    void aSinkMustNotCallTheBook() {
        OrderBook[] self = new OrderBook[1];
        self[0] = new OrderBook(new BookSink() {
            @Override
            public void onAccepted(long sequence, long orderId, Side side, long price, long quantity) {
                self[0].cancel(orderId);
            }
        });
        assertThatIllegalStateException().isThrownBy(() -> self[0].limit(1, BUY, 100, 1));
        self[0].validate();
        assertThat(self[0].cancel(1)).isFalse();
    }

    @Test
    void theSameCommandsGiveTheSameBookWhateverTheWindow() {
        OrderBook narrow = new OrderBook(BookOptions.DEFAULT.withWindowTicks(64), events);
        OrderBook wide = new OrderBook(BookOptions.DEFAULT.withWindowTicks(1 << 18), events);
        for (long id = 1; id < 3_000; id++) {
            long price = 1 + (id * 7_919) % (id % 2 == 0 ? 500 : 1_000_000);
            Side side = id % 3 == 0 ? BUY : SELL;
            narrow.limit(id, side, price, id);
            wide.limit(id, side, price, id);
            assertThat(narrow.stateHash()).isEqualTo(wide.stateHash());
        }
        narrow.validate();
        wide.validate();
    }

    @Test
    void aBookEnteredAgainOrderByOrderIsEqualAndGoesOnAlike() {
        BookOptions options = BookOptions.DEFAULT.withWindowTicks(64);
        for (long id = 1; id <= 500; id++) {
            long price = 1_000 + (id * 31) % 40 + (id % 2 == 0 ? 30 : 0);
            book.enter(id, id % 2 == 0 ? SELL : BUY, price, 5 + id % 7, TimeInForce.GOOD_TILL_CANCEL, (int) id % 5);
        }
        OrderBook copy = new OrderBook(options, new EventLog());
        for (Side side : Side.values()) {
            book.forEachOrder(
                    side,
                    (id, of, price, quantity, owner, post) -> copy.enter(
                            id,
                            of,
                            price,
                            quantity,
                            post ? TimeInForce.POST_ONLY : TimeInForce.GOOD_TILL_CANCEL,
                            owner));
        }
        assertThat(copy.stateHash()).isEqualTo(book.stateHash());
        book.limit(1_000, SELL, 1_010, 300);
        copy.limit(1_000, SELL, 1_010, 300);
        assertThat(copy.stateHash()).isEqualTo(book.stateHash());
    }

    private List<Long> makers() {
        return events.take().stream()
                .filter(event -> event.startsWith("trade"))
                .map(event -> Long.parseLong(event.replaceAll(".* maker (\\d+) .*", "$1")))
                .toList();
    }

    private List<Long> ids(Side side) {
        List<Long> ids = new ArrayList<>();
        book.forEachOrder(side, (id, of, price, quantity, owner, post) -> ids.add(id));
        return ids;
    }

    private void assertLevel(Side side, long price, long quantity, int orders) {
        assertThat(book.levelQuantity(side, price)).isEqualTo(quantity);
        assertThat(book.levelOrders(side, price)).isEqualTo(orders);
        book.validate();
    }
}
