package io.outcry.conformance.peers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The driver notices a program that lies, ends or fails. */
final class ProgramTest {

    private static Program shell(String script) {
        return Program.start("a shell", Path.of("."), List.of("sh", "-c", script));
    }

    @Test
    void readsEveryKindOfValue() {
        Event event = Event.parse("{\"event\":\"x\",\"text\":\"a\\u00e9\\n\\\"\",\"number\":-1.5e1,\"whole\":7,"
                + "\"flag\":true,\"none\":null,\"list\":[\"a\",\"b\"],\"empty\":{} }");
        assertThat(event.name()).isEqualTo("x");
        assertThat(event.text("text")).isEqualTo("aé\n\"");
        assertThat(event.number("number")).isEqualTo(-15);
        assertThat(event.whole("whole")).isEqualTo(7);
        assertThat(event.flag("flag")).isTrue();
        assertThat(event.textOrNull("none")).isNull();
        assertThat(event.texts("list")).containsExactly("a", "b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "[]",
                "{",
                "{\"event\":\"x\"} {}",
                "{\"event\":x}",
                "{\"event\":\"x\",}",
                "{\"event\":01}",
                "{\"event\":\"\\x\"}",
                "{\"other\":\"x\"}",
                "{\"event\":\"x\",\"n\":1.}"
            })
    void refusesWhatIsNoEvent(String line) {
        assertThatThrownBy(() -> Event.parse(line)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void answersFollowTheirCommand() {
        try (Program echo =
                shell("while read word; do echo \"{\\\"event\\\":\\\"said\\\",\\\"word\\\":\\\"$word\\\"}\"; done")) {
            assertThat(echo.ask("one", "said").text("word")).isEqualTo("one");
            assertThat(echo.ask("two", "said").text("word")).isEqualTo("two");
            assertThat(echo.all("said")).hasSize(2);
        }
    }

    @Test
    void anErrorInPlaceOfTheAnswerFails() {
        try (Program program =
                shell("read w; echo '{\"event\":\"error\",\"code\":\"ping\",\"message\":\"no route\"}'; read w")) {
            assertThatThrownBy(() -> program.ask("ping x", "ping"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("no route");
        }
    }

    @Test
    void garbageOnStdoutFails() {
        try (Program program = shell("echo 'Warning: something'; read w")) {
            assertThatThrownBy(() -> program.await("listening"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("Warning: something");
        }
    }

    @Test
    void anEarlyEndFailsWithWhatItSaid() {
        try (Program program = shell("echo oh dear >&2; exit 3")) {
            assertThat(program.exitStatus()).isEqualTo(3);
            assertThatThrownBy(() -> program.await("listening"))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("ended before listening");
        }
    }
}
