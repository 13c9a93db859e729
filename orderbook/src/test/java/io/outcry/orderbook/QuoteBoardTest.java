package io.outcry.orderbook;

import static io.outcry.orderbook.Side.BUY;
import static io.outcry.orderbook.Side.SELL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class QuoteBoardTest {

    private final Ladder ladder = new Ladder(100);
    private final QuoteBoard board = new QuoteBoard(2);
    private final TopOfBook top = new TopOfBook();
    private final BookDepth depth = new BookDepth(2);

    @Test
    void showsAnEmptyBookBeforeAnythingIsPublished() {
        board.read(top);
        board.read(depth);
        assertThat(top.orders(BUY)).isZero();
        assertThat(top.sequence()).isZero();
        assertThat(depth.levels(SELL)).isZero();
        assertThatExceptionOfType(IndexOutOfBoundsException.class).isThrownBy(() -> depth.price(SELL, 0));
    }

    @Test
    void showsTheTopAndTheBestLevelsOfWhatIsAvailable() {
        int held = ladder.append(BUY, 101, 5, 1);
        ladder.append(BUY, 100, 5, 2);
        ladder.append(BUY, 100, 6, 3);
        ladder.append(BUY, 99, 7, 4);
        ladder.append(BUY, 98, 8, 5);
        ladder.append(SELL, 105, 9, 6);
        ladder.setAvailable(held, 0);
        board.publish(ladder, 42);
        board.read(top);
        assertThat(top).hasToString("#42 bid 11 @ 100, ask 9 @ 105");
        assertThat(top.orders(BUY)).isEqualTo(2);
        board.read(depth);
        assertThat(depth.sequence()).isEqualTo(42);
        assertThat(depth.levels(BUY)).isEqualTo(2);
        assertThat(depth.price(BUY, 1)).isEqualTo(99);
        assertThat(depth.quantity(BUY, 0)).isEqualTo(11);
        assertThat(depth.orders(BUY, 0)).isEqualTo(2);
        assertThat(depth.levels(SELL)).isEqualTo(1);
        assertThat(depth.quantity(SELL, 0)).isEqualTo(9);
    }

    @Test
    void aSideThatEmptiesIsShownEmpty() {
        int slot = ladder.append(SELL, 105, 9, 6);
        board.publish(ladder, 1);
        ladder.remove(slot);
        board.publish(ladder, 2);
        board.read(top);
        board.read(depth);
        assertThat(top.orders(SELL)).isZero();
        assertThat(top.price(SELL)).isZero();
        assertThat(depth.levels(SELL)).isZero();
    }

    @Test
    void depthsMustAgreeAndBeBounded() {
        assertThatIllegalArgumentException().isThrownBy(() -> board.read(new BookDepth(3)));
        assertThatIllegalArgumentException().isThrownBy(() -> new QuoteBoard(0));
        assertThatIllegalArgumentException().isThrownBy(() -> new QuoteBoard(QuoteBoard.DEPTH_MAX + 1));
    }
}
