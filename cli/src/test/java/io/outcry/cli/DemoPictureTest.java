package io.outcry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DemoPictureTest {

    @Test
    void fitsAnEightyByTwentyFourTerminalWhateverItShows() {
        List<DemoPicture.PeerLine> peers = IntStream.range(0, 30)
                .mapToObj(i -> new DemoPicture.PeerLine(
                        i,
                        "12D3KooWBtg3aaRMjxwedh83aGiUkwSxDwUZkzuJcfaqUmo7R3pq",
                        "returning",
                        IntStream.range(0, 29).boxed().toList(),
                        123_456,
                        "0123456789abcdef"))
                .toList();
        List<DemoPicture.Level> levels = IntStream.range(0, 20)
                .mapToObj(i -> new DemoPicture.Level("123456789.12345678", "0.12345678901234"))
                .toList();
        List<DemoPicture.TapeLine> tape = IntStream.range(0, 20)
                .mapToObj(i -> new DemoPicture.TapeLine("123456789.12345678", "0.12345678901234", 10, 12, true))
                .toList();
        DemoPicture.Scene scene = new DemoPicture.Scene(
                "A-MARKET-WITH-A-VERY-LONG-NAME/X",
                Long.MIN_VALUE,
                88.8,
                1_999_999,
                2_000_000,
                999_999,
                999_999,
                1L << 40,
                Collections.nCopies(5, new DemoPicture.Happening(88.8, "x".repeat(200))),
                peers,
                levels,
                levels,
                tape);
        assertThat(DemoPicture.lines(scene, 24 - DemoSummary.LINES).size()).isLessThan(24);
        assertThat(DemoPicture.lines(scene, 24))
                .hasSizeLessThan(24)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(DemoPicture.WIDTH));
    }

    @Test
    void showsBidsAsksAndTrades() {
        DemoPicture.Scene scene = new DemoPicture.Scene(
                "BTC/USD",
                7,
                1.5,
                10,
                20,
                3,
                2,
                1_500_000,
                List.of(new DemoPicture.Happening(0.5, "trading"), new DemoPicture.Happening(1.2, "peer 2 died")),
                List.of(new DemoPicture.PeerLine(0, "12D3KooWabcdef", "up", List.of(1, 2), 4, "ab12cd34")),
                List.of(new DemoPicture.Level("799.99", "0.5")),
                List.of(new DemoPicture.Level("800.01", "0.25")),
                List.of(new DemoPicture.TapeLine("800.00", "12345.67890123", 1, 2, true)));
        List<String> lines = DemoPicture.lines(scene, 24);
        assertThat(String.join("\n", lines))
                .contains(
                        "orders 10/20",
                        "trades 3 (2 settled)",
                        "1.50 MB",
                        "..abcdef  up          1 2",
                        "4     ab12cd34")
                .contains("0.5    799.99 │ 800.01           0.25│   800.00 12345.678901 2>1 settled")
                .contains("0.5 s   trading\n")
                .endsWith("1.2 s   peer 2 died");
        assertThat(DemoPicture.lines(scene, 12)).hasSize(lines.size() - 1);
    }

    @Test
    void aNumberWithoutRoomLosesDecimalsAndNeverItsSize() {
        DemoPicture.Scene scene = new DemoPicture.Scene(
                "M",
                7,
                1.5,
                0,
                0,
                0,
                0,
                0,
                List.of(new DemoPicture.Happening(0, "starting")),
                List.of(),
                List.of(
                        new DemoPicture.Level("12345678.9", "1234567890.5"),
                        new DemoPicture.Level("1234567890", "12345678901.5")),
                List.of(),
                List.of());
        assertThat(DemoPicture.lines(scene, 24))
                .anySatisfy(line -> assertThat(line).startsWith(" 1234567890  12345678 │"))
                .anySatisfy(line -> assertThat(line).startsWith("12345678901 12345678… │"));
    }
}
