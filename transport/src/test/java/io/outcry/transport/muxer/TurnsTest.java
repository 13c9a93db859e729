package io.outcry.transport.muxer;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.Seeds;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Seeds.class)
class TurnsTest {

    @RepeatedTest(20)
    void isAQueueWithoutRepetitionThatAnybodyMayLeave(RandomGenerator random) {
        Turns<Integer> turns = new Turns<>();
        Set<Integer> model = new LinkedHashSet<>();
        List<Turns.Place<Integer>> places = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            places.add(new Turns.Place<>(i));
        }
        for (int step = 0; step < 1000; step++) {
            int who = random.nextInt(places.size());
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    turns.add(places.get(who));
                    model.add(who);
                }
                case 2 -> {
                    turns.remove(places.get(who));
                    model.remove(who);
                }
                case 3 -> {
                    Integer first = model.stream().findFirst().orElse(null);
                    assertThat(turns.poll()).isEqualTo(first);
                    model.remove(first);
                }
                default -> assertThat(places.get(who).queued()).isEqualTo(model.contains(who));
            }
            assertThat(turns.size()).isEqualTo(model.size());
            assertThat(turns.isEmpty()).isEqualTo(model.isEmpty());
        }
    }

    @Test
    void whoWasSentAwayMayComeBack() {
        Turns<String> turns = new Turns<>();
        Turns.Place<String> place = new Turns.Place<>("a");
        turns.add(place);
        turns.clear();
        assertThat(turns.isEmpty()).isTrue();
        turns.add(place);
        assertThat(turns.poll()).isEqualTo("a");
        assertThat(turns.poll()).isNull();
    }
}
