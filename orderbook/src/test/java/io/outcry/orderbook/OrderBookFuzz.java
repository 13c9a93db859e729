package io.outcry.orderbook;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A hundred thousand random commands through the engine and the oracle: same events, same state, after each. */
@ExtendWith(Seeds.class)
class OrderBookFuzz {

    private static final int COMMANDS = 25_000;
    private static final int VALIDATE_EVERY = 16;
    private static final int DEPTH = 5;
    private static final TimeInForce[] TIMES = TimeInForce.values();

    @ParameterizedTest
    @EnumSource(SelfTradePolicy.class)
    void agreesWithTheOracleAfterEachCommand(SelfTradePolicy policy, RandomGenerator random) {
        BookOptions options =
                BookOptions.DEFAULT.withOrdersMax(120).withWindowTicks(64).withSelfTradePolicy(policy);
        EventLog events = new EventLog();
        EventLog expected = new EventLog();
        OrderBook book = new OrderBook(options, events);
        NaiveBook oracle = new NaiveBook(options, expected);
        PriceWalk prices = new PriceWalk(random);
        QuoteBoard board = new QuoteBoard(DEPTH);
        BookDepth shown = new BookDepth(DEPTH);
        for (int i = 0; i < COMMANDS; i++) {
            command(random, prices, oracle, book);
            assertThat(events.take()).isEqualTo(expected.take());
            assertThat(book.stateHash()).isEqualTo(oracle.stateHash());
            if (i % VALIDATE_EVERY == 0) {
                book.validate();
                board.publish(book);
                board.read(shown);
                assertThat(shown.sequence()).isEqualTo(book.sequence());
                assertThat(levels(shown, Side.BUY)).isEqualTo(oracle.levels(Side.BUY, DEPTH));
                assertThat(levels(shown, Side.SELL)).isEqualTo(oracle.levels(Side.SELL, DEPTH));
            }
        }
    }

    private static void command(RandomGenerator random, PriceWalk prices, NaiveBook oracle, OrderBook book) {
        List<Long> live = oracle.ids();
        boolean known = !live.isEmpty() && random.nextInt(10) > 0;
        long id = known ? live.get(random.nextInt(live.size())) : random.nextInt(400);
        int owner = random.nextInt(4);
        long quantity = quantity(random);
        long price = random.nextInt(50) == 0 ? random.nextInt(3) - 1 : prices.nextPositive();
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3, 4, 5 -> {
                long fresh = random.nextInt(50) == 0 ? id : random.nextInt(400);
                Side side = random.nextBoolean() ? Side.BUY : Side.SELL;
                TimeInForce time = TIMES[random.nextInt(2) * random.nextInt(TIMES.length)];
                assertThat(book.enter(fresh, side, price, quantity, time, owner))
                        .isEqualTo(oracle.enter(fresh, side, price, quantity, time, owner));
            }
            case 6 -> assertThat(book.cancel(id, owner)).isEqualTo(oracle.cancel(id, owner));
            case 7 -> assertThat(book.reduce(id, quantity, owner)).isEqualTo(oracle.reduce(id, quantity, owner));
            case 8 ->
                assertThat(book.modify(id, price, quantity, owner))
                        .isEqualTo(oracle.modify(id, price, quantity, owner));
            default -> {
                if (random.nextInt(40) == 0) {
                    book.cancelAll(owner);
                    oracle.cancelAll(owner);
                } else if (random.nextInt(200) == 0) {
                    book.clear();
                    oracle.clear();
                }
            }
        }
    }

    private static List<List<Long>> levels(BookDepth shown, Side side) {
        List<List<Long>> levels = new ArrayList<>();
        for (int rank = 0; rank < shown.levels(side); rank++) {
            levels.add(List.of(
                    (long) rank, shown.price(side, rank), shown.quantity(side, rank), (long) shown.orders(side, rank)));
        }
        return levels;
    }

    private static long quantity(RandomGenerator random) {
        return switch (random.nextInt(40)) {
            case 0 -> 0;
            case 1 -> -random.nextInt(5);
            case 2 -> Long.MIN_VALUE;
            case 3 -> Long.MAX_VALUE;
            case 4 -> random.nextLong() >>> random.nextInt(1, 63);
            default -> 1 + random.nextInt(30);
        };
    }
}
