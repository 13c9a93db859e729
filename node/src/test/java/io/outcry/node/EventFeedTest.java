package io.outcry.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventFeedTest {

    private static final long PATIENCE_S = 60;

    /** Notes what it hears. */
    private static final class Ear implements MarketListener {
        private final BlockingQueue<Long> missed = new LinkedBlockingQueue<>();

        @Override
        public void onMissed(long events) {
            missed.add(events);
        }
    }

    @Test
    void eventsComeInOrder() throws Exception {
        BlockingQueue<Integer> heard = new LinkedBlockingQueue<>();
        try (EventFeed feed = new EventFeed("test", new Ear())) {
            for (int i = 0; i < 1_000; i++) {
                int number = i;
                feed.offer(listener -> heard.add(number));
            }
            for (int i = 0; i < 1_000; i++) {
                assertThat(heard.poll(PATIENCE_S, TimeUnit.SECONDS)).isEqualTo(i);
            }
        }
    }

    @Test
    void whatFindsNoRoomIsCountedAndTold() throws Exception {
        Ear ear = new Ear();
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        EventFeed feed = new EventFeed("test", ear);
        feed.offer(listener -> {
            busy.countDown();
            await(goOn);
        });
        assertThat(busy.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        for (int i = 0; i < EventFeed.CAPACITY + 7; i++) {
            feed.offer(listener -> heard.add("event"));
        }
        goOn.countDown();
        assertThat(ear.missed.poll(PATIENCE_S, TimeUnit.SECONDS)).isEqualTo(7);
        for (int i = 0; i < EventFeed.CAPACITY; i++) {
            assertThat(heard.poll(PATIENCE_S, TimeUnit.SECONDS)).isNotNull();
        }
        feed.close();
        assertThat(heard).isEmpty();
        assertThat(ear.missed).isEmpty();
    }

    @Test
    void closingDeliversWhatWaitsAndInterruptsNobody() throws Exception {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch closing = new CountDownLatch(1);
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        EventFeed feed = new EventFeed("test", new Ear());
        feed.offer(listener -> {
            busy.countDown();
            await(closing);
            heard.add(Thread.currentThread().isInterrupted() ? "interrupted" : "in peace");
        });
        feed.offer(listener -> heard.add("the last"));
        assertThat(busy.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        Thread closer = new Thread(feed::close, "closer");
        closer.start();
        closing.countDown();
        closer.join(TimeUnit.SECONDS.toMillis(PATIENCE_S));
        // Closing waits two seconds for them, and a busy machine may take longer.
        assertThat(heard.poll(PATIENCE_S, TimeUnit.SECONDS)).isEqualTo("in peace");
        assertThat(heard.poll(PATIENCE_S, TimeUnit.SECONDS)).isEqualTo("the last");
    }

    @Test
    void aListenerThatThrowsHearsTheNextEventAllTheSame() throws Exception {
        BlockingQueue<String> heard = new LinkedBlockingQueue<>();
        try (EventFeed feed = new EventFeed("test", new Ear())) {
            feed.offer(listener -> {
                throw new IllegalStateException("on purpose");
            });
            feed.offer(listener -> {
                throw new AssertionError("on purpose");
            });
            feed.offer(listener -> heard.add("next"));
            assertThat(heard.poll(PATIENCE_S, TimeUnit.SECONDS)).isEqualTo("next");
        }
    }

    @Test
    void aListenerMayCloseItsOwnFeed() throws Exception {
        CountDownLatch closed = new CountDownLatch(1);
        EventFeed feed = new EventFeed("test", new Ear());
        feed.offer(listener -> {
            feed.close();
            closed.countDown();
        });
        assertThat(closed.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
