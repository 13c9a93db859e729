package io.outcry.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeCommandTest {

    @Test
    void readsWhatAPersonTypes() {
        assertThat(NodeCommand.parse("buy BTC/USDT 1.5 @ 50000"))
                .isEqualTo(new NodeCommand.Enter(true, "BTC/USDT", "1.5", "50000", NodeCommand.Type.LIMIT));
        assertThat(NodeCommand.parse("  SELL  BTC/USDT 1 @ 2 ioc "))
                .isEqualTo(new NodeCommand.Enter(false, "BTC/USDT", "1", "2", NodeCommand.Type.IOC));
        assertThat(NodeCommand.parse("book M")).isEqualTo(new NodeCommand.Book("M", 10));
        assertThat(NodeCommand.parse("book M 3")).isEqualTo(new NodeCommand.Book("M", 3));
        assertThat(NodeCommand.parse("reduce P/1 2")).isEqualTo(new NodeCommand.Reduce("P/1", "2"));
        assertThat(NodeCommand.parse("cancel P/1")).isEqualTo(new NodeCommand.Cancel("P/1"));
        assertThat(NodeCommand.parse("peers")).isEqualTo(new NodeCommand.Peers());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hold",
                "buy",
                "buy M 1 50",
                "buy M 1 at 50",
                "buy M 1 @ 50 later",
                "book",
                "book M 0",
                "cancel"
            })
    void refusesTheRestWithTheFormThatIsRight(String line) {
        assertThatThrownBy(() -> NodeCommand.parse(line))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageMatching("(?s).*(unknown command|incomplete|stands where|is not).*");
    }
}
