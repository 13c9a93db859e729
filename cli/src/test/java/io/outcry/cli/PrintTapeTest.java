package io.outcry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

class PrintTapeTest {

    private static final BigDecimal TICK = new BigDecimal("0.01");
    private static final BigDecimal LOT = new BigDecimal("0.00000001");

    @Test
    void theSeedFixesTheOrders() {
        PrintTape tape = PrintTape.bundled();
        assertThat(tape.orders(300, 5, 7, TICK, LOT)).isEqualTo(tape.orders(300, 5, 7, TICK, LOT));
        assertThat(tape.orders(300, 5, 7, TICK, LOT)).isNotEqualTo(tape.orders(300, 5, 8, TICK, LOT));
    }

    @Test
    void everyOrderLiesOnTheGridAndCancelsNameTheirOwn() {
        List<OrderRow> rows = PrintTape.bundled().orders(5_000, 7, 1, TICK, LOT);
        assertThat(rows).hasSize(5_000);
        for (OrderRow row : rows) {
            assertThat(row.peer()).isBetween(0, 6);
            if (row.type() == OrderRow.Type.CANCEL) {
                OrderRow cancelled = rows.get(row.ref() - 1);
                assertThat(cancelled.row()).isEqualTo(row.ref()).isLessThan(row.row());
                assertThat(cancelled.peer()).isEqualTo(row.peer());
            } else {
                assertThat(new BigDecimal(row.price()).remainder(TICK)).isZero();
                assertThat(new BigDecimal(row.quantity()).remainder(LOT)).isZero();
                assertThat(new BigDecimal(row.quantity())).isPositive();
            }
        }
    }
}
