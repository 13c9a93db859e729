package io.outcry.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads stdin line by line on its own daemon thread. {@code quit} asks to quit; the end of stdin stops nothing. A line ends
 * with LF or CR LF; what is in it is nobody's business here.
 *
 * <p>The next line is read when the last one was dealt with, so a verb that lets a line wait slows down whoever feeds it.
 */
final class StdinLines {

    /** Bytes of a line where nobody publishes. */
    static final int COMMAND_BYTES_MAX = 4_096;

    private static final String QUIT = "quit";
    private static final byte[] TOO_LONG = {};

    private final Door door;
    private final Speaker speaker;
    private final int lineMax;

    private StdinLines(Door door, Speaker speaker, int lineMax) {
        this.door = door;
        this.speaker = speaker;
        this.lineMax = lineMax;
    }

    /** Waits for {@code quit} alone. */
    static void read(Door door, Speaker speaker) {
        read(door, speaker, COMMAND_BYTES_MAX, line -> {}, () -> {});
    }

    /**
     * Reads on.
     *
     * @param lineMax bytes of a line; a longer one is refused
     * @param beforeQuit finishes what earlier lines began; the process does not wait long for it
     */
    static void read(Door door, Speaker speaker, int lineMax, Consumer<byte[]> eachLine, Runnable beforeQuit) {
        StdinLines lines = new StdinLines(door, speaker, lineMax);
        Thread thread = new Thread(() -> lines.loop(eachLine, beforeQuit), "stdin");
        thread.setDaemon(true);
        thread.start();
    }

    private void loop(Consumer<byte[]> eachLine, Runnable beforeQuit) {
        try (InputStream in = new BufferedInputStream(door.in(), 1 << 16)) {
            for (byte[] line = next(in); line != null; line = next(in)) {
                if (isQuit(line)) {
                    door.quit().hear();
                    beforeQuit.run();
                    door.quit().ask();
                    return;
                }
                take(line, eachLine);
            }
        } catch (IOException closed) {
            // a closed stdin is an ended stdin
        }
    }

    private void take(byte[] line, Consumer<byte[]> eachLine) {
        try {
            if (line == TOO_LONG) {
                speaker.error("STDIN", "a line of more than " + lineMax + " bytes was not taken");
            } else {
                eachLine.accept(line);
            }
        } catch (RuntimeException e) {
            speaker.error("STDIN", "a line was not taken: " + Answers.why(e)); // the next one may be
            door.trace(e);
        }
    }

    private static boolean isQuit(byte[] line) {
        return line.length <= COMMAND_BYTES_MAX
                && new String(line, StandardCharsets.UTF_8).strip().equalsIgnoreCase(QUIT);
    }

    /** The next line without its end, {@link #TOO_LONG}, or null at the end of stdin. */
    private byte @Nullable [] next(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        boolean tooLong = false;
        int b = in.read();
        if (b < 0) {
            return null;
        }
        for (; b >= 0 && b != '\n'; b = in.read()) {
            if (line.size() > lineMax) { // one more for the CR
                tooLong = true;
            } else {
                line.write(b);
            }
        }
        byte[] bytes = line.toByteArray();
        boolean cr = bytes.length > 0 && bytes[bytes.length - 1] == '\r';
        int length = bytes.length - (cr ? 1 : 0);
        return tooLong || length > lineMax ? TOO_LONG : java.util.Arrays.copyOf(bytes, length);
    }
}
