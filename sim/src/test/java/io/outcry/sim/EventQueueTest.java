package io.outcry.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.Seeds;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Seeds.class)
final class EventQueueTest {

    @Test
    void eventsHappenByTimeAndThenInTheOrderTheyWereAskedFor(RandomGenerator random) {
        EventQueue queue = new EventQueue();
        List<long[]> expected = new ArrayList<>();
        List<long[]> happened = new ArrayList<>();
        for (int i = 0; i < 5_000; i++) {
            long[] event = {random.nextInt(500), i};
            expected.add(event);
            queue.add(event[0], () -> happened.add(event));
            if (random.nextInt(3) == 0) {
                long timeNs = queue.nextTimeNs();
                queue.poll().run();
                assertThat(happened.get(happened.size() - 1)[0]).isEqualTo(timeNs);
                expected.remove(happened.remove(happened.size() - 1));
            }
        }
        while (!queue.isEmpty()) {
            queue.poll().run();
        }
        expected.sort(Comparator.<long[]>comparingLong(event -> event[0]).thenComparingLong(event -> event[1]));
        assertThat(happened).isEqualTo(expected);
        assertThat(queue.nextTimeNs()).isEqualTo(Long.MAX_VALUE);
    }
}
