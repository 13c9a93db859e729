package io.outcry.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How a verb speaks: JSON lines for scripts, sentences for people.
 *
 * <p><b>Threading</b>: any thread; lines never mix. {@link #event} waits while stdout is not read; threads that must not wait
 * use {@link #eventIfRoom}, which leaves out what finds no room and says on stderr how much that was.
 */
final class Speaker {

    /** Writes the fields of one event after its name. */
    @FunctionalInterface
    interface Fields {
        void write(JsonGenerator json) throws IOException;
    }

    private static final JsonFactory FACTORY = new JsonFactory();

    private final Outlet out;
    private final Outlet err;
    private final boolean json;
    private final AtomicLong left = new AtomicLong();
    private @Nullable List<String> heldBack;

    Speaker(Outlet out, Outlet err, boolean json) {
        this.out = out;
        this.err = err;
        this.json = json;
    }

    boolean isJson() {
        return json;
    }

    /** Holds events back until {@code listening} is said, which is the first of a verb that listens. */
    void listeningComesFirst() {
        synchronized (this) {
            heldBack = new ArrayList<>();
        }
    }

    /** One event: as a JSON line, or as a sentence if there is one for people. */
    void event(String name, Fields fields, @Nullable String sentence) {
        String text = text(name, fields, sentence);
        if (text != null && !isHeld(name, text)) {
            out.put(text);
        }
    }

    /** The same for threads that must not wait: the host's, the router's, a market's. */
    void eventIfRoom(String name, Fields fields, @Nullable String sentence) {
        String text = text(name, fields, sentence);
        if (text != null && !isHeld(name, text)) {
            out.offer(text);
            long missed = out.takeMissed();
            if (missed > 0) {
                left.addAndGet(missed);
            } else {
                long gap = left.getAndSet(0);
                if (gap > 0) {
                    warn(gap + " events were left out: stdout is not read fast enough");
                }
            }
        }
    }

    /** True if the event waits for {@code listening}; who says that lets the others follow. */
    private boolean isHeld(String name, String text) {
        List<String> held;
        synchronized (this) {
            held = heldBack;
            if (held == null || name.equals("error")) {
                return false;
            }
            if (!name.equals("listening")) {
                held.add(text); // for the milliseconds in which a host starts
                return true;
            }
            heldBack = null;
            out.put(text);
            held.forEach(out::put);
        }
        return true;
    }

    private @Nullable String text(String name, Fields fields, @Nullable String sentence) {
        if (json) {
            return object(name, fields) + "\n";
        }
        return sentence == null ? null : clean(sentence) + "\n";
    }

    /** A line for people only; silent with {@code --json}. */
    void say(String sentence) {
        if (!json) {
            out.put(clean(sentence) + "\n");
        }
    }

    /** Something a person should know and no script depends on: stderr in both forms. */
    void warn(String sentence) {
        err.offer("outcry: " + oneLine(sentence) + "\n");
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

    /** On one line, and without what could move a terminal's cursor: text from elsewhere cannot break a line. */
    static String oneLine(String text) {
        return clean(text.replace('\n', ' ')).strip();
    }

    /** The same, but for the ends of our own lines. */
    private static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> clean.appendCodePoint(c == '\n' || isShown(c) ? c : ' '));
        return clean.toString();
    }

    /** Not control characters, nor those that turn the direction of writing, break lines or are no characters. */
    private static boolean isShown(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
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
}
