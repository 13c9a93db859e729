package io.outcry.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.market.journal.Journal;
import io.outcry.market.journal.JournalException;
import io.outcry.market.journal.JournalReplay;
import io.outcry.testkit.Seeds;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The journal on a disk that forgets: records are numbers, so a state is "all numbers up to n", and nothing else may be found. */
@ExtendWith(Seeds.class)
final class JournalScenarioTest {

    @Test
    void aCrashAtEveryStepLosesNothingAcknowledged(long seed) {
        long steps = workload(Seeds.random(seed), new ForgetfulDisk("count", Seeds.random(seed)));
        assertThat(steps).isGreaterThan(50);
        for (long step = 0; step <= 2 * steps + 1; step++) {
            for (int chance = 0; chance < 4; chance++) {
                ForgetfulDisk disk = new ForgetfulDisk("disk", Seeds.random(seed + chance));
                disk.losePowerAt(step);
                workload(Seeds.random(seed), disk);
            }
        }
    }

    /** Runs until the power goes or the work is done; then opens again and checks. Returns the steps the disk was asked for. */
    private static long workload(RandomGenerator random, ForgetfulDisk disk) {
        long acknowledged = 0;
        long appended = 0;
        try {
            Journal journal = open(disk, random, new Numbers());
            for (int batch = 0; batch < 40; batch++) {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    appended = journal.append(1, number(journal.lastLsn() + 1, random.nextInt(600)));
                }
                if (random.nextInt(6) == 0) {
                    journal.snapshot(List.of(new Journal.Entry(2, number(journal.lastLsn(), random.nextInt(900)))));
                }
                acknowledged = journal.commit();
            }
        } catch (ForgetfulDisk.PowerLoss e) {
            assertThat(e).hasMessage("power loss at disk");
        }
        long steps = disk.steps();
        disk.crash();
        Numbers numbers = new Numbers();
        Journal journal = open(disk, random, numbers);
        assertThat(numbers.last).isBetween(acknowledged, appended);
        assertThat(journal.lastLsn()).isEqualTo(numbers.last);
        // And it goes on from there, through another loss of power.
        journal.append(1, number(numbers.last + 1, 3));
        journal.commit();
        disk.crash();
        Numbers again = new Numbers();
        open(disk, random, again);
        assertThat(again.last).isEqualTo(numbers.last + 1);
        return steps;
    }

    @Test
    void crashAfterCrashNeverReadsAsCorruption(long seed) {
        RandomGenerator random = Seeds.random(seed);
        ForgetfulDisk disk = new ForgetfulDisk("disk", random);
        long acknowledged = 0;
        for (int life = 0; life < 300; life++) {
            Numbers numbers = new Numbers();
            disk.losePowerAt(random.nextInt(8) == 0 ? disk.steps() * 2 + random.nextInt(6) : Long.MAX_VALUE);
            try {
                Journal journal = open(disk, random, numbers);
                assertThat(numbers.last).isGreaterThanOrEqualTo(acknowledged);
                acknowledged = numbers.last;
                disk.losePowerAt(disk.steps() * 2 + random.nextInt(40));
                while (true) {
                    journal.append(1, number(journal.lastLsn() + 1, random.nextInt(2_000)));
                    if (random.nextInt(20) == 0) {
                        journal.snapshot(List.of(new Journal.Entry(2, number(journal.lastLsn(), 0))));
                    }
                    if (random.nextInt(3) == 0) {
                        acknowledged = journal.commit();
                    }
                }
            } catch (ForgetfulDisk.PowerLoss e) {
                disk.crash();
            }
        }
    }

    @Test
    void aFullDiskAcknowledgesNothingAndTheJournalOpensAgainOnceThereIsRoom(long seed) {
        RandomGenerator random = Seeds.random(seed);
        ForgetfulDisk disk = new ForgetfulDisk("disk", random);
        Journal journal = open(disk, random, new Numbers());
        journal.append(1, number(1, 10));
        journal.commit();
        disk.setFull(true);
        journal.append(1, number(2, 10));
        assertThatThrownBy(journal::commit)
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("No space left on device");
        assertThat(journal.durableLsn()).isEqualTo(1);
        disk.setFull(false);
        assertThatThrownBy(journal::commit).isInstanceOf(JournalException.class);
        journal.close();
        Numbers numbers = new Numbers();
        open(disk, random, numbers);
        assertThat(numbers.last).isEqualTo(1);
    }

    private static Journal open(ForgetfulDisk disk, RandomGenerator random, Numbers numbers) {
        return Journal.open(disk.open(), numbers, random);
    }

    private static byte[] number(long n, int padding) {
        return ByteBuffer.allocate(Long.BYTES + padding).putLong(n).array();
    }

    /** Checks that what is replayed is 1, 2, 3 …, or a snapshot that stands for them. */
    private static final class Numbers implements JournalReplay {
        long last;
        final List<Long> all = new ArrayList<>();

        @Override
        public void onSnapshot(long baseLsn, int type, byte[] body) {
            assertThat(ByteBuffer.wrap(body).getLong()).isEqualTo(baseLsn);
            last = baseLsn;
        }

        @Override
        public void onRecord(long lsn, int type, byte[] body) {
            assertThat(lsn).isEqualTo(last + 1);
            assertThat(ByteBuffer.wrap(body).getLong()).isEqualTo(lsn);
            last = lsn;
            all.add(lsn);
        }
    }
}
