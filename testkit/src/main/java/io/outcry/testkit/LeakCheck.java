package io.outcry.testkit;

import io.netty.buffer.PooledByteBufAllocator;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * Fails a test that leaves a {@code ByteBuf} unreleased: {@code @ExtendWith(LeakCheck.class)}.
 *
 * <p>Every pooled or direct buffer made while a test runs, on whatever thread, must be released when the test, its
 * {@code @AfterEach} methods and its {@code @AutoClose} fields are done. A buffer another thread is about to release is
 * waited for, {@value #GRACE_MS} ms at most. Heap buffers of {@code Unpooled} are not tracked by Netty, and buffers made
 * in a static initialiser are not counted.
 *
 * <p><b>Threading</b>: tests that use it must not run in parallel in one JVM.
 */
public final class LeakCheck implements BeforeAllCallback, BeforeEachCallback {

    /** A failure bound for event loops that are closing, not a pause: without a leak nothing is waited for. */
    static final long GRACE_MS = 20_000;

    private static final Namespace NAMESPACE = Namespace.create(LeakCheck.class);

    @Override
    public void beforeAll(ExtensionContext context) {
        LeakDetector.install();
        LeakDetector.Scope probe = LeakDetector.openScope("the probe");
        PooledByteBufAllocator.DEFAULT.heapBuffer(1).release();
        if (probe.close(0) != null || probe.opened() == 0) {
            throw new ExtensionConfigurationException("Netty's buffers were loaded before LeakCheck could watch them;"
                    + " start the tests with -Dio.netty.customResourceLeakDetector=" + LeakDetector.class.getName());
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        LeakDetector.Scope scope = LeakDetector.openScope(context.getDisplayName());
        // The store is closed after every callback and field of the test, so this check is the last thing that happens.
        context.getStore(NAMESPACE).put("scope", (AutoCloseable) () -> {
            AssertionError leak = scope.close(context.getExecutionException().isPresent() ? 0 : GRACE_MS);
            if (leak != null) {
                throw leak;
            }
        });
    }
}
