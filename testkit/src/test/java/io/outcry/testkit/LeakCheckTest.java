package io.outcry.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
final class LeakCheckTest {

    @Test
    void aReleasedBufferIsNoLeak() {
        LeakDetector.Scope scope = LeakDetector.openScope("a test");
        ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(16);
        ByteBuf slice = buffer.retainedSlice(0, 8);
        buffer.release();
        slice.release();
        assertThat(scope.close(0)).isNull();
        assertThat(scope.opened()).isPositive();
    }

    @Test
    void aForgottenBufferIsShownWithThePlaceOfItsMaking() {
        LeakDetector.Scope scope = LeakDetector.openScope("a test");
        ByteBuf forgotten = PooledByteBufAllocator.DEFAULT.heapBuffer(16);
        AssertionError leak = Objects.requireNonNull(scope.close(0));
        forgotten.release();
        assertThat(leak).hasMessageContaining("1 of 1 buffers made in a test");
        assertThat(leak.getSuppressed()[0].getStackTrace())
                .anyMatch(frame -> frame.getClassName().equals(LeakCheckTest.class.getName()));
    }

    @Test
    void aRetainedBufferIsALeakUntilItsLastRelease() {
        LeakDetector.Scope scope = LeakDetector.openScope("a test");
        ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(16);
        buffer.retain();
        buffer.release();
        assertThat(scope.close(0)).isNotNull();
        buffer.release();
        assertThat(scope.close(0)).isNull();
    }

    @Test
    void waitsForAReleaseOnAnotherThread() throws InterruptedException {
        LeakDetector.Scope scope = LeakDetector.openScope("a test");
        ByteBuf buffer = PooledByteBufAllocator.DEFAULT.directBuffer(16);
        CountDownLatch started = new CountDownLatch(1);
        Thread other = new Thread(() -> {
            started.countDown();
            buffer.release();
        });
        other.start();
        started.await();
        assertThat(scope.close(LeakCheck.GRACE_MS)).isNull();
        other.join();
    }
}
