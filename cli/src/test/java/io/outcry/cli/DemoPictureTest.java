package io.outcry.cli;

import static org.assertj.core.api.Assertions.assertThat;

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
        List<String> lines = DemoPicture.lines(new DemoPicture.Scene(
                "A-MARKET-WITH-A-VERY-LONG-NAME/X",
                Long.MIN_VALUE,
                88.8,
                1_999_999,
                2_000_000,
                999_999,
                999_999,
                1L << 40,
                "x".repeat(200),
                peers,
                levels,
                levels,
                tape));
        assertThat(lines)
                .hasSizeLessThanOrEqualTo(24)
                .allSatisfy(line -> assertThat(line.length()).isLessThanOrEqualTo(DemoPicture.WIDTH));
    }

    @Test
    void showsBidsAsksAndTrades() {
        List<String> lines = DemoPicture.lines(new DemoPicture.Scene(
                "BTC/USD",
                7,
                1.5,
                10,
                20,
                3,
                2,
                1_500_000,
                "peer 2 died",
                List.of(new DemoPicture.PeerLine(0, "12D3KooWabcdef", "up", List.of(1, 2), 4, "ab12cd34")),
                List.of(new DemoPicture.Level("799.99", "0.5")),
                List.of(new DemoPicture.Level("800.01", "0.25")),
                List.of(new DemoPicture.TapeLine("800", "0.1", 1, 2, true))));
        String picture = String.join("\n", lines);
        assertThat(picture)
                .contains("orders 10/20", "trades 3 (2 settled)", "1.50 MB", "..abcdef", "mesh 1 2", "799.99", "800.01")
                .contains("2>1 settled")
                .endsWith("peer 2 died");
    }
}
