package io.outcry.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Reads stdin line by line on its own daemon thread. {@code quit} asks to quit; the end of stdin stops nothing. */
final class StdinLines {

    private StdinLines() {}

    static void read(Door door, Speaker speaker, Consumer<String> eachLine) {
        Thread thread = new Thread(() -> loop(door, speaker, eachLine), "stdin");
        thread.setDaemon(true);
        thread.start();
    }

    private static void loop(Door door, Speaker speaker, Consumer<String> eachLine) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(door.in(), StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.strip().equals("quit")) {
                    door.quit().ask();
                    return;
                }
                try {
                    eachLine.accept(line);
                } catch (RuntimeException e) {
                    speaker.error("STDIN", "a line was not taken: " + Answers.why(e)); // the next one may be
                    door.trace(e);
                }
            }
        } catch (IOException closed) {
            // a closed stdin is an ended stdin
        }
    }
}
