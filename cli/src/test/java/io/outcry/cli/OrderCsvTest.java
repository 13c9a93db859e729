package io.outcry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderCsvTest {

    @TempDir
    private Path dir;

    @Test
    void readsRowsInOrderOfTimeThenRow() throws IOException {
        OrderCsv.Parsed parsed =
                read("20,0,buy,100.5,1,limit,\n10,1,sell,101,2.5,post,\n20,2,buy,1,1,IOC,\n30,0,,,,cancel,1");
        assertThat(parsed.malformed()).isEmpty();
        assertThat(parsed.rows()).extracting(OrderRow::row).containsExactly(2, 1, 3, 4);
        assertThat(parsed.rows().get(0).buy()).isFalse();
        assertThat(parsed.rows().get(3).ref()).isEqualTo(1);
    }

    @Test
    void refusesAMalformedRowByItsLineAndGoesOn() throws IOException {
        OrderCsv.Parsed parsed = read("1,0,buy,100,1,limit,\n1,9,buy,100,1,limit,\n1,0,hold,100,1,limit,\nx\n"
                + "1,0,buy,-1,1,limit,\n1,0,buy,1,1,market,\n1,0,,,,cancel,77\n2,1,sell,100,1,fok,");
        assertThat(parsed.rows()).extracting(OrderRow::row).containsExactly(1, 8);
        assertThat(parsed.malformed()).hasSize(6).satisfies(lines -> {
            assertThat(lines.get(0)).startsWith("line 3 (row 2)").contains("peer '9'");
            assertThat(lines.get(1)).contains("side 'hold'");
            assertThat(lines.get(2)).contains("1 cells");
            assertThat(lines.get(3)).contains("price '-1'");
            assertThat(lines.get(4)).contains("type 'market'");
            assertThat(lines.get(5)).contains("ref '77'");
        });
    }

    @Test
    void aCancelNamesAnEarlierOrderOfItsOwnPeer() throws IOException {
        OrderCsv.Parsed parsed = read("9,0,,,,cancel,2\n1,0,buy,1,1,limit,\n2,1,,,,cancel,2\n3,0,,,,cancel,3\n"
                + "0,0,,,,cancel,2\n4,0,,,,cancel,4");
        assertThat(parsed.rows())
                .as("time decides what is earlier, not the line")
                .extracting(OrderRow::row)
                .containsExactly(2, 1);
        assertThat(String.join("\n", parsed.malformed()))
                .contains("line 4 (row 3): ref '2' is an order of peer 0")
                .contains("line 5 (row 4): ref '3' is no order")
                .contains("line 6 (row 5): ref '2' is no order entered before it")
                .contains("line 7 (row 6): ref '4' is no order");
    }

    @Test
    void numbersArePlainDecimals() throws IOException {
        String[] numbers = {
            "1e3", "NaN", "+1", "-1", "0", "0.0", "1.", ".5", "0x1", "\u0661", "1".repeat(41), "", "1 000"
        };
        StringBuilder rows = new StringBuilder();
        for (String number : numbers) {
            rows.append("1,0,buy,").append(number).append(",1,limit,\n");
        }
        OrderCsv.Parsed parsed = read(rows + "1,0,buy,0.5,1,limit,");
        assertThat(parsed.malformed()).hasSameSizeAs(numbers);
        assertThat(parsed.rows()).hasSize(1);
    }

    @Test
    void aByteOrderMarkAndWindowsLinesAreTaken() throws IOException {
        Path file =
                Files.writeString(dir.resolve("bom.csv"), "\ufeff" + OrderCsv.HEADER + "\r\n1,0,buy,1,1,limit,\r\n");
        assertThat(OrderCsv.read(file, 3).rows()).hasSize(1);
    }

    @Test
    void refusesAFileWithAnotherHeader() throws IOException {
        Path file = Files.writeString(dir.resolve("x.csv"), "a,b\n1,2\n");
        assertThatThrownBy(() -> OrderCsv.read(file, 3))
                .isInstanceOf(BadArgument.class)
                .hasMessageContaining("time_ms,peer,side")
                .hasMessageContaining("a,b");
    }

    private OrderCsv.Parsed read(String rows) throws IOException {
        return OrderCsv.read(Files.writeString(dir.resolve("orders.csv"), OrderCsv.HEADER + "\n" + rows + "\n"), 3);
    }
}
