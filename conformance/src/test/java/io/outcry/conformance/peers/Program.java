package io.outcry.conformance.peers;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A process that takes commands on stdin and answers in JSON lines.
 *
 * <p><b>Threading</b>: any thread may say and await; two daemon threads read stdout and stderr.
 *
 * <p><b>Errors</b>: what does not happen within {@value #TIMEOUT_S} s, or an {@code error} event in place of an answer, is an
 * {@link AssertionError} with the end of both outputs.
 */
public final class Program implements AutoCloseable {

    /** A failure bound, not a pause; it covers 256 MiB of perf on a busy machine with two cores. */
    public static final int TIMEOUT_S = 120;

    /** Kept of stderr, and shown of stdout, when something failed. */
    private static final int TAIL_LINES = 40;

    private static final int CLOSE_S = 10;

    private final String name;
    private final Process process;
    private final Writer stdin;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Event> events = new ArrayList<>();
    private final Deque<String> stderr = new ArrayDeque<>();
    private @Nullable String garbage;
    private boolean ended;

    private Program(String name, Process process) {
        this.name = name;
        this.process = process;
        this.stdin = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
        read(process.getInputStream(), this::onLine, this::onEnd);
        read(process.getErrorStream(), this::onErrorLine, () -> {});
    }

    /** Starts {@code command} in {@code directory}. */
    public static Program start(String name, Path directory, List<String> command) {
        try {
            return new Program(
                    name,
                    new ProcessBuilder(command).directory(directory.toFile()).start());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + command, e);
        }
    }

    /** The identity of its {@code listening} event. */
    public String peerId() {
        return await("listening").text("peer");
    }

    /** The first address of its {@code listening} event, which ends in its identity. */
    public String address() {
        return await("listening").texts("addresses").get(0);
    }

    /** Writes a line to its stdin. */
    public Program say(String line) {
        try {
            stdin.write(line);
            stdin.write('\n');
            stdin.flush();
            return this;
        } catch (IOException e) {
            throw new AssertionError(name + " takes no more commands\n" + transcript(), e);
        }
    }

    /** Says a command and waits for the answer that follows it. */
    public Event ask(String command, String answer) {
        int from = count();
        say(command);
        String code = command.split(" ", 2)[0];
        Event event = await(
                "the answer to " + command,
                from,
                e -> e.name().equals(answer)
                        || (e.name().equals("error") && code.equals(e.fields().get("code"))));
        if (!event.name().equals(answer)) {
            throw new AssertionError(name + " could not " + command + ": " + event.fields() + "\n" + transcript());
        }
        return event;
    }

    /** The first event of that name, already here or to come. */
    public Event await(String event) {
        return await(event, e -> true);
    }

    /** The first event of that name for which {@code condition} holds, already here or to come. */
    public Event await(String event, Predicate<Event> condition) {
        return await(event, 0, e -> e.name().equals(event) && condition.test(e));
    }

    /** Waits until {@code count} events of that name are there, and returns all there are. */
    public List<Event> await(String event, int count) {
        until(count + " events " + event, () -> all(event).size() >= count);
        return all(event);
    }

    /** The events of that name until now. */
    public List<Event> all(String event) {
        lock.lock();
        try {
            return events.stream().filter(e -> e.name().equals(event)).toList();
        } finally {
            lock.unlock();
        }
    }

    /** How many events came until now. */
    public int count() {
        lock.lock();
        try {
            return events.size();
        } finally {
            lock.unlock();
        }
    }

    /** Asks it to end, and returns its exit status. */
    public int quit() {
        say("quit");
        return exitStatus();
    }

    /** Waits for its end. */
    public int exitStatus() {
        try {
            if (!process.waitFor(TIMEOUT_S, TimeUnit.SECONDS)) {
                throw new AssertionError(name + " did not end\n" + transcript());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while waiting for the end of " + name, e);
        }
    }

    /** The process itself, for signals. */
    public Process process() {
        return process;
    }

    /** The end of what it said, for a message of failure. */
    public String transcript() {
        lock.lock();
        try {
            String said = events.stream()
                    .skip(Math.max(0, events.size() - TAIL_LINES))
                    .map(e -> "  " + e.fields())
                    .collect(Collectors.joining("\n"));
            return "--- stdout of " + name + "\n" + said + "\n--- stderr of " + name + "\n" + String.join("\n", stderr);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the process, by force if closing its stdin does not. */
    @Override
    public void close() {
        try {
            if (process.isAlive()) {
                stdin.write("quit\n");
            }
            stdin.close();
        } catch (IOException ignored) {
            // It ended first, which is what is wanted.
        }
        try {
            if (!process.waitFor(CLOSE_S, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private Event await(String what, int from, Predicate<Event> condition) {
        Event[] found = new Event[1];
        int[] next = {from};
        until(what, () -> {
            while (next[0] < events.size()) {
                Event event = events.get(next[0]++);
                if (condition.test(event)) {
                    found[0] = event;
                    return true;
                }
            }
            return false;
        });
        return found[0];
    }

    private void until(String what, BooleanSupplier reached) {
        long leftNs = TimeUnit.SECONDS.toNanos(TIMEOUT_S);
        lock.lock();
        try {
            while (!reached.getAsBoolean()) {
                if (garbage != null) {
                    throw new AssertionError(name + " printed what is no event: " + garbage);
                }
                if (ended || leftNs <= 0) {
                    String why = ended ? " ended before " : " did not come to ";
                    throw new AssertionError(name + why + what + "\n" + transcript());
                }
                leftNs = changed.awaitNanos(leftNs);
            }
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while waiting for " + what + " of " + name, e);
        } finally {
            lock.unlock();
        }
    }

    private void onLine(String line) {
        lock.lock();
        try {
            events.add(Event.parse(line));
        } catch (IllegalArgumentException e) {
            garbage = e.getMessage();
        } finally {
            changed.signalAll();
            lock.unlock();
        }
    }

    private void onErrorLine(String line) {
        lock.lock();
        try {
            if (stderr.size() == TAIL_LINES) {
                stderr.removeFirst();
            }
            stderr.addLast(line);
        } finally {
            lock.unlock();
        }
    }

    private void onEnd() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void read(InputStream stream, Consumer<String> onLine, Runnable onEnd) {
        Thread reader = new Thread(
                () -> {
                    try (BufferedReader lines =
                            new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                        lines.lines().forEach(onLine);
                    } catch (IOException | UncheckedIOException ignored) {
                        // The process was ended while it spoke.
                    } finally {
                        onEnd.run();
                    }
                },
                name + "-reader");
        reader.setDaemon(true);
        reader.start();
    }
}
