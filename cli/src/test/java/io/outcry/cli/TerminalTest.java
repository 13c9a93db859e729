package io.outcry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class TerminalTest {

    private static final String CLEAR = "\u001b[K";

    /** What a terminal of four rows and eight columns is sent. */
    private static String sent(boolean live, boolean colours, Consumer<Terminal> use) {
        StringBuilder sent = new StringBuilder();
        try (Terminal terminal = new Terminal(sent::append, live, 4, 8, colours)) {
            use.accept(terminal);
        }
        return sent.toString();
    }

    @Test
    void aLineAsWideAsTheTerminalKeepsItsLastLetterAndAWiderOneIsCut() {
        assertThat(sent(
                        true,
                        true,
                        terminal -> terminal.paint(List.of("settled!", "settled again"), line -> "<" + line)))
                .endsWith("\u001b[H" + CLEAR + "<settled!\n" + CLEAR + "<settled \n\u001b[J\u001b[?7h");
    }

    @Test
    void noColoursAreAddedWhereNoneAreWanted() {
        assertThat(sent(true, false, terminal -> terminal.paint(List.of("x"), line -> "<" + line)))
                .contains(CLEAR + "x\n");
    }

    @Test
    void theLastLineIsThereHoweverFewRowsThereAre() {
        assertThat(sent(true, false, terminal -> terminal.paint(List.of("a", "b", "c", "d", "e"), line -> line)))
                .contains(CLEAR + "a\n" + CLEAR + "b\n" + CLEAR + "e\n\u001b[J");
    }

    @Test
    void whereThereIsNoTerminalWhatHappenedIsSaidOnceAndPlainly() {
        assertThat(sent(false, true, terminal -> {
                    terminal.paint(List.of("a", " trading"), line -> "<" + line);
                    terminal.paint(List.of("b", " trading"), line -> "<" + line);
                    terminal.paint(List.of("c", " at rest"), line -> "<" + line);
                }))
                .isEqualTo("trading\nat rest\n");
    }
}
