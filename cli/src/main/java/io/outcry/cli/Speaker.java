package io.outcry.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a verb speaks: JSON lines for scripts, sentences for people. <b>Threading</b>: any thread; lines never mix.
 */
final class Speaker {

    /** Writes the fields of one event after its name. */
    @FunctionalInterface
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private static final JsonFactory FACTORY = new JsonFactory();

    private final PrintStream out;
    private final PrintStream err;
    private final boolean json;
    private @Nullable List<Runnable> heldBack;

    Speaker(PrintStream out, PrintStream err, boolean json) {
        this.out = out;
        this.err = err;
        this.json = json;
    }

    boolean isJson() {
        return json;
    }

    /** Holds events back until {@code listening} is said, which is the first of a verb that listens. */
    void listeningComesFirst() {
        synchronized (out) {
            heldBack = new ArrayList<>();
        }
    }

    /** One event: as a JSON line, or as a sentence if there is one for people. */
    void event(String name, Fields fields, @Nullable String sentence) {
        synchronized (out) {
            List<Runnable> held = heldBack;
            if (held == null || name.equals("error")) {
                speak(name, fields, sentence);
            } else if (name.equals("listening")) {
                heldBack = null;
                speak(name, fields, sentence);
                held.forEach(Runnable::run);
            } else {
                held.add(() -> speak(name, fields, sentence)); // for the milliseconds in which a host starts
            }
        }
    }

    private void speak(String name, Fields fields, @Nullable String sentence) {
        if (json) {
            line(out, object(name, fields));
        } else if (sentence != null) {
            line(out, sentence);
        }
    }

    /** A line for people only; silent with {@code --json}. */
    void say(String sentence) {
        if (!json) {
            line(out, sentence);
        }
    }

    /** Something a person should know and no script depends on: stderr in both forms. */
    void warn(String sentence) {
        line(err, "outcry: " + oneLine(sentence));
    }

    /** Why the work failed: an event for scripts, one line on stderr for people. */
    void error(String code, String message) {
        if (json) {
            event(
                    "error",
                    g -> {
                        g.writeStringField("code", code);
                        g.writeStringField("message", message);
                    },
                    null);
        } else {
            warn(message);
        }
    }

    /** Without control characters, so that text from elsewhere cannot break a line or a terminal. */
    static String oneLine(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> clean.appendCodePoint(Character.isISOControl(c) ? ' ' : c));
        return clean.toString().strip();
    }

    private static String object(String name, Fields fields) {
        StringWriter text = new StringWriter(128);
        try (JsonGenerator g = FACTORY.createGenerator(text)) {
            g.writeStartObject();
            g.writeStringField("event", name);
            fields.write(g);
            g.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a StringWriter does not fail
        }
        return text.toString();
    }

    private static void line(PrintStream to, String line) {
        synchronized (to) {
            to.println(line);
            to.flush();
        }
    }
}
