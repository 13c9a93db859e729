package io.outcry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.Threads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WindowTest {

    private static final long PATIENCE_S = 30;

    private static CompletableFuture<Void> entering(Window window, int size) {
        return Threads.run(() -> {
            try {
                window.enter(size);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void oneMoreThanTheCountWaitsForItsTurn() throws Exception {
        Window window = new Window(2, 100);
        window.enter(1);
        window.enter(1);
        CompletableFuture<Void> third = entering(window, 1);
        assertThat(third).isNotDone();
        window.leave(1);
        third.get(PATIENCE_S, TimeUnit.SECONDS);
        assertThat(window.awaitEmpty(1)).isFalse();
        window.leave(1);
        window.leave(1);
        assertThat(window.awaitEmpty(1)).isTrue();
    }

    @Test
    void bytesCountAsWellAndAnythingFitsAlone() throws Exception {
        Window window = new Window(10, 100);
        window.enter(1_000);
        CompletableFuture<Void> small = entering(window, 1);
        assertThat(small).isNotDone();
        window.leave(1_000);
        small.get(PATIENCE_S, TimeUnit.SECONDS);
        window.enter(99);
    }
}
