package io.outcry.testkit;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * A thread of its own for each task. The common pool will not do for tasks that wait for each other: on two processors it
 * has a single thread, and JDK 25 no longer makes another for each task then.
 */
public final class Threads {

    private static final Executor ONE_EACH = task -> {
        Thread thread = new Thread(task, "test-task");
        thread.setDaemon(true);
        thread.start();
    };

    private Threads() {}

    /** Starts a task; the future ends as it does. */
    public static CompletableFuture<Void> run(Runnable task) {
        return CompletableFuture.runAsync(task, ONE_EACH);
    }

    /** Starts a task that has a result. */
    public static <T> CompletableFuture<T> supply(Supplier<T> task) {
        return CompletableFuture.supplyAsync(task, ONE_EACH);
    }
}
