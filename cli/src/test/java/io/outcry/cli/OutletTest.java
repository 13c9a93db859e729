package io.outcry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.Threads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OutletTest {

    private static final long PATIENCE_S = 30;

    /** A reader that takes nothing until it is told to. */
    private static final class Pipe extends OutputStream {
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch open = new CountDownLatch(1);
        private final CountDownLatch whole = new CountDownLatch(1);
        private long awaited = Long.MAX_VALUE;
        private volatile boolean broken;

        /** Closing gives up after a while what nobody took, so whoever wants it all waits for it first. */
        private void takeAll(long bytes) throws InterruptedException {
            synchronized (taken) {
                awaited = bytes;
                if (taken.size() >= bytes) {
                    whole.countDown();
                }
            }
            open.countDown();
            assertThat(whole.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            reached.countDown();
            try {
                if (!open.await(PATIENCE_S, TimeUnit.SECONDS)) {
                    throw new IOException("nobody let go");
                }
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            if (broken) {
                throw new IOException("Broken pipe");
            }
            synchronized (taken) {
                taken.write(bytes, offset, length);
                if (taken.size() >= awaited) {
                    whole.countDown();
                }
            }
        }
    }

    private final Pipe pipe = new Pipe();
    private final Outlet outlet = new Outlet(new PrintStream(pipe, false, StandardCharsets.UTF_8), "test");

    /** Fills the outlet behind one text that is on its way. */
    private void fill() throws InterruptedException {
        outlet.put("first\n");
        assertThat(pipe.reached.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < Outlet.TEXTS_MAX; i++) {
            outlet.put("x\n");
        }
    }

    @Test
    void whoMustNotWaitLeavesOutWhatFindsNoRoomAndItIsCounted() throws Exception {
        fill();
        outlet.offer("lost\n");
        outlet.offer("lost\n");
        assertThat(outlet.takeMissed()).isEqualTo(2);
        assertThat(outlet.takeMissed()).isZero();
        String rest = "first\n" + "x\n".repeat(Outlet.TEXTS_MAX);
        pipe.takeAll(rest.length());
        outlet.close();
        assertThat(pipe.taken.toString(StandardCharsets.UTF_8)).isEqualTo(rest);
    }

    @Test
    void whoMayWaitWaits() throws Exception {
        fill();
        CompletableFuture<Void> last = Threads.run(() -> outlet.put("last\n"));
        assertThat(last).isNotDone();
        pipe.takeAll("first\nlast\n".length() + 2L * Outlet.TEXTS_MAX);
        last.get(PATIENCE_S, TimeUnit.SECONDS);
        outlet.close();
        assertThat(pipe.taken.toString(StandardCharsets.UTF_8)).endsWith("x\nlast\n");
    }

    @Test
    void whatNobodyReadsIsGivenUpAtTheEnd() throws Exception {
        fill();
        outlet.close();
        outlet.put("too late, and nobody waits for it\n");
        pipe.open.countDown();
    }

    @Test
    void aReaderThatWentIsToldOnceAndHoldsUpNobody() throws Exception {
        CountDownLatch deaf = new CountDownLatch(1);
        outlet.whenDeaf(deaf::countDown);
        fill();
        pipe.broken = true;
        pipe.open.countDown();
        assertThat(deaf.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < 2 * Outlet.TEXTS_MAX; i++) {
            outlet.put("nobody hears\n");
        }
        CountDownLatch late = new CountDownLatch(1);
        outlet.whenDeaf(late::countDown);
        assertThat(late.getCount()).isZero();
        outlet.close();
        assertThat(pipe.taken.size()).isZero();
    }

    @Test
    void aTextLongerThanAllRoomGoesAlone() throws InterruptedException {
        String huge = "x".repeat((int) Outlet.CHARS_MAX + 1);
        pipe.open.countDown();
        outlet.put(huge);
        outlet.put("y");
        pipe.takeAll(huge.length() + 1L);
        outlet.close();
        assertThat(pipe.taken.size()).isEqualTo(huge.length() + 1);
    }
}
