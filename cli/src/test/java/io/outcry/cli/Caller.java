package io.outcry.cli;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Somebody who calls {@code outcry} in this JVM: types lines, reads what is said, and hears the status.
 *
 * <p><b>Threading</b>: the verb runs on a thread of its own. <b>Errors</b>: what does not come within {@value #PATIENCE_S}
 * s is an {@link AssertionError}.
 */
final class Caller implements AutoCloseable {

    static final long PATIENCE_S = 90;

    /** What a call left behind. */
    record Result(int status, List<String> out, List<String> err) {}

    private final Typed stdin = new Typed();
    private final Lines out = new Lines();
    private final Lines err = new Lines();
    private final Quit quit = new Quit();
    private final CompletableFuture<Integer> status = new CompletableFuture<>();

    private Caller(String... args) {
        Thread thread = new Thread(
                () -> {
                    try (PrintStream stdout = new PrintStream(out, false, StandardCharsets.UTF_8);
                            PrintStream stderr = new PrintStream(err, true, StandardCharsets.UTF_8)) {
                        status.complete(Outcry.run(args, stdin, stdout, stderr, quit));
                    } catch (Throwable e) {
                        status.completeExceptionally(e);
                    }
                },
                "outcry " + String.join(" ", args));
        thread.setDaemon(true);
        thread.start();
    }

    /** Calls a verb whose stdin has nothing to say, and waits for its end. */
    static Result call(String... args) {
        Caller caller = new Caller(args);
        caller.stdin.end();
        return caller.result();
    }

    /** Calls a verb that goes on. */
    static Caller start(String... args) {
        return new Caller(args);
    }

    Caller type(String line) {
        return type(line.getBytes(StandardCharsets.UTF_8));
    }

    Caller type(byte[] line) {
        stdin.type(line);
        return this;
    }

    void endStdin() {
        stdin.end();
    }

    void askToQuit() {
        quit.ask();
    }

    boolean isRunning() {
        return !status.isDone();
    }

    /** The next line of stdout that holds all of {@code parts}; lines before it are passed over. */
    String hears(String... parts) {
        return out.next(parts);
    }

    /** The same of stderr. */
    String isWarned(String... parts) {
        return err.next(parts);
    }

    Result result() {
        try {
            int ended = status.get(PATIENCE_S, TimeUnit.SECONDS);
            return new Result(ended, out.rest(), err.rest());
        } catch (Exception e) {
            throw new AssertionError("the verb did not end as it should; it said " + out.tail() + err.tail(), e);
        }
    }

    @Override
    public void close() {
        quit.ask();
        result();
    }

    /** Stdin, as somebody types it. */
    private static final class Typed extends InputStream {
        private static final byte[] END = new byte[0];
        private final BlockingQueue<byte[]> typed = new LinkedBlockingQueue<>();
        private byte[] line = END;
        private int at;

        private void type(byte[] text) {
            byte[] ended = Arrays.copyOf(text, text.length + 1);
            ended[text.length] = '\n';
            typed.add(ended);
        }

        private void end() {
            typed.add(END);
        }

        @Override
        public int read() {
            return fill() ? line[at++] & 0xff : -1;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (!fill()) {
                return -1;
            }
            int count = Math.min(length, line.length - at);
            System.arraycopy(line, at, into, offset, count);
            at += count;
            return count;
        }

        private boolean fill() {
            try {
                while (at == line.length) {
                    line = typed.take();
                    at = 0;
                    if (line.length == 0) {
                        typed.add(END);
                        return false;
                    }
                }
                return true;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    /** An output, line by line. */
    private static final class Lines extends OutputStream {
        private final ByteArrayOutputStream open = new ByteArrayOutputStream();
        private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
        private final BlockingQueue<String> said = new LinkedBlockingQueue<>();

        @Override
        public synchronized void write(int b) {
            if (b == '\n') {
                String line = open.toString(StandardCharsets.UTF_8);
                open.reset();
                said.add(line);
                lines.add(line);
            } else {
                open.write(b);
            }
        }

        private String next(String... parts) {
            try {
                while (true) {
                    String line = lines.poll(PATIENCE_S, TimeUnit.SECONDS);
                    if (line == null) {
                        throw new AssertionError("nothing said holds " + List.of(parts) + ": " + tail());
                    }
                    if (List.of(parts).stream().allMatch(line::contains)) {
                        return line;
                    }
                }
            } catch (InterruptedException e) {
                throw new AssertionError("interrupted", e);
            }
        }

        /** The end of what was said, for messages. */
        private List<String> tail() {
            List<String> all = rest();
            return all.subList(Math.max(0, all.size() - 20), all.size()).stream()
                    .map(line -> line.substring(0, Math.min(300, line.length())))
                    .toList();
        }

        private List<String> rest() {
            return List.copyOf(said);
        }
    }
}
