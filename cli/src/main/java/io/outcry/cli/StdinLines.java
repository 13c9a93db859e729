package io.outcry.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Reads stdin line by line on its own daemon thread. {@code quit} asks to quit; the end of stdin stops nothing. */
final class StdinLines {

    private StdinLines() {}

    static void read(InputStream in, Quit quit, Consumer<String> eachLine) {
        Thread thread = new Thread(() -> loop(in, quit, eachLine), "stdin");
        thread.setDaemon(true);
        thread.start();
    }

    private static void loop(InputStream in, Quit quit, Consumer<String> eachLine) {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.strip().equals("quit")) {
                    quit.ask();
                    return;
                }
                eachLine.accept(line);
            }
        } catch (IOException closed) {
            // a closed stdin is an ended stdin
        }
    }
}
