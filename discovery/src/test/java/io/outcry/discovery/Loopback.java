package io.outcry.discovery;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.outcry.transport.Host;
import io.outcry.transport.HostOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import org.slf4j.LoggerFactory;

/** Hosts on loopback, and the warnings that are logged while they live. */
final class Loopback implements AutoCloseable {

    /** A bound on failure, never a pause. */
    static final long PATIENCE_S = 60;

    private final List<AutoCloseable> all = new ArrayList<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("io.outcry.discovery");
    private final CompletableFuture<String> firstWarning = new CompletableFuture<>();
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>() {
        @Override
        protected void append(ILoggingEvent event) {
            synchronized (list) {
                super.append(event);
            }
            if (isWarning(event)) {
                firstWarning.complete(event.getFormattedMessage());
            }
        }
    };

    Loopback() {
        appender.start();
        logger.addAppender(appender);
    }

    Host host() {
        return host(options -> options.listen("/ip4/127.0.0.1/tcp/0"));
    }

    Host host(UnaryOperator<HostOptions.Builder> options) {
        return closing(
                Host.start(options.apply(HostOptions.builder().ioThreads(1)).build()));
    }

    /** Closed with the others, last first. */
    <T extends AutoCloseable> T closing(T closeable) {
        all.add(closeable);
        return closeable;
    }

    List<String> warnings() {
        synchronized (appender.list) {
            return appender.list.stream()
                    .filter(Loopback::isWarning)
                    .map(ILoggingEvent::getFormattedMessage)
                    .toList();
        }
    }

    /** Completes with the first warning. */
    CompletableFuture<String> firstWarning() {
        return firstWarning;
    }

    private static boolean isWarning(ILoggingEvent event) {
        return event.getLevel().isGreaterOrEqual(Level.WARN);
    }

    @Override
    public void close() throws Exception {
        for (int i = all.size() - 1; i >= 0; i--) {
            all.get(i).close();
        }
        logger.detachAppender(appender);
    }

    /** The future's value, or what it failed with. */
    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(PATIENCE_S, TimeUnit.SECONDS);
        } catch (ExecutionException failed) {
            Throwable cause = failed.getCause();
            while (cause instanceof CompletionException && cause.getCause() != null) {
                cause = cause.getCause();
            }
            if (cause instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            throw new AssertionError(cause);
        } catch (TimeoutException late) {
            throw new AssertionError("nothing happened for " + PATIENCE_S + " s", late);
        } catch (InterruptedException interrupted) {
            throw new AssertionError(interrupted);
        }
    }

    /** Waits for a condition another thread makes true; it looks at what is at hand and asks nobody over the network. */
    static void eventually(BooleanSupplier condition) {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_S);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - endNs > 0) {
                throw new AssertionError("the condition did not hold within " + PATIENCE_S + " s");
            }
            Thread.yield();
        }
    }
}
