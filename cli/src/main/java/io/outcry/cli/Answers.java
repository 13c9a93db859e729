package io.outcry.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for an answer a verb cannot go on without, and says plainly what went wrong. */
final class Answers {

    /**
     * {@code ping}, {@code identify} and {@code perf} give up when connecting and the first answer took this long: with the
     * start of the JVM and closing, ten seconds, also on a machine that is busy.
     */
    static final long GIVE_UP_MS = 7_000;

    private Answers() {}

    /** Quitting was asked while a verb waited: it ends, and has done what was wanted. */
    static final class QuitAsked extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    static <T> T await(CompletableFuture<T> answer, Quit quit, long timeoutMs, String code, String what)
            throws InterruptedException {
        try {
            CompletableFuture.anyOf(answer, quit.asked()).get(timeoutMs, TimeUnit.MILLISECONDS);
            if (!answer.isDone()) {
                throw new QuitAsked();
            }
            return answer.get();
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new VerbFailure(code, what + ": no answer within " + (timeoutMs + 999) / 1000 + " s");
        } catch (ExecutionException e) {
            throw new VerbFailure(code, what + ": " + why(e));
        }
    }

    /** What is left of {@link #GIVE_UP_MS} since {@code sinceNs}, of {@code System.nanoTime}. */
    static long leftMs(long sinceNs) {
        return Math.max(1, GIVE_UP_MS - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sinceNs));
    }

    /** The innermost reason, in its own words. */
    static String why(Throwable failure) {
        Throwable at = failure;
        while ((at instanceof ExecutionException || at instanceof CompletionException) && at.getCause() != null) {
            at = at.getCause();
        }
        if (at instanceof NoSuchFileException) {
            return "no such file or folder"; // whose message is its name, which the caller says
        }
        if (at instanceof FileAlreadyExistsException) {
            return "there is a file of that name, and no folder";
        }
        if (at instanceof AccessDeniedException) {
            return "access denied";
        }
        String message = at.getMessage();
        return Speaker.oneLine(message == null ? at.getClass().getSimpleName() : message);
    }
}
