package io.outcry.market.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.outcry.testkit.Bytes;
import io.outcry.testkit.Mutations;
import io.outcry.testkit.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(Seeds.class)
final class JournalTest {

    @TempDir
    private Path folder = Path.of("");

    private Path path = Path.of("");

    @BeforeEach
    void name() {
        path = folder.resolve("peer").resolve("market.journal");
    }

    @Test
    void replaysWhatWasCommittedInOrder() {
        try (Journal journal = open()) {
            assertThat(journal.append(1, body("a"))).isEqualTo(1);
            assertThat(journal.append(2, body("b"))).isEqualTo(2);
            assertThat(journal.durableLsn()).isZero();
            assertThat(journal.commit()).isEqualTo(2);
            assertThat(journal.append(1, body(""))).isEqualTo(3);
            assertThat(journal.commit()).isEqualTo(3);
        }
        assertThat(replay()).containsExactly("1 1 a", "2 2 b", "3 1 ");
    }

    @Test
    void whatWasNotCommittedIsNotThere() {
        try (Journal journal = open()) {
            journal.append(1, body("a"));
            journal.commit();
            journal.append(1, body("lost"));
        }
        assertThat(replay()).containsExactly("1 1 a");
    }

    @Test
    void continuesItsNumbersAfterARestart() {
        try (Journal journal = open()) {
            journal.append(1, body("a"));
            journal.commit();
        }
        try (Journal journal = open()) {
            assertThat(journal.append(1, body("b"))).isEqualTo(2);
            journal.commit();
        }
        assertThat(replay()).containsExactly("1 1 a", "2 1 b");
    }

    @Test
    void aSnapshotTakesThePlaceOfAllBeforeIt() {
        try (Journal journal = open()) {
            for (int i = 0; i < 100; i++) {
                journal.append(1, body("step" + i));
            }
            journal.commit();
            long before = journal.sizeBytes();
            journal.append(1, body("covered"));
            assertThat(journal.snapshot(
                            List.of(new Journal.Entry(5, body("state")), new Journal.Entry(6, body("more")))))
                    .isEqualTo(101);
            journal.append(1, body("after"));
            assertThat(journal.commit()).isEqualTo(102);
            assertThat(journal.sizeBytes()).isLessThan(before);
        }
        assertThat(replay()).containsExactly("snapshot 101 5 state", "snapshot 101 6 more", "102 1 after");
    }

    @Test
    void asksForASnapshotOnceItHasGrownAndNotAgainWhileOneIsOnItsWay() {
        try (Journal journal = open()) {
            assertThat(journal.wantsSnapshot()).isFalse();
            journal.append(1, new byte[Journal.BODY_BYTES_MAX]);
            journal.append(1, new byte[Journal.BODY_BYTES_MAX]);
            journal.commit();
            assertThat(journal.wantsSnapshot()).isTrue();
            journal.snapshot(List.of(new Journal.Entry(1, body("state"))));
            assertThat(journal.wantsSnapshot()).isFalse();
            journal.commit();
            assertThat(journal.wantsSnapshot()).isFalse();
        }
    }

    @Test
    void tornAtEveryByteItOpensAsAPrefixThatHoldsEveryOlderBatch() throws IOException {
        List<Long> batchEnds = new ArrayList<>();
        List<Integer> batchLasts = new ArrayList<>();
        try (Journal journal = open()) {
            for (int batch = 0; batch < 6; batch++) {
                for (int i = 0; i <= batch; i++) {
                    journal.append(1 + i, body("batch" + batch + " record" + i));
                }
                batchLasts.add((int) journal.commit());
                batchEnds.add(journal.sizeBytes());
            }
        }
        List<String> all = replay();
        byte[] whole = Files.readAllBytes(path);
        for (int length = RecordFormat.FILE_HEADER_BYTES; length < whole.length; length++) {
            Files.write(path, Arrays.copyOf(whole, length));
            List<String> prefix = replay();
            assertThat(prefix).isEqualTo(all.subList(0, prefix.size()));
            for (int batch = 0; batch < batchEnds.size(); batch++) {
                if (batchEnds.get(batch) <= length) {
                    assertThat(prefix).hasSizeGreaterThanOrEqualTo(batchLasts.get(batch));
                }
            }
            assertThat(replay()).as("opened twice at %d", length).isEqualTo(prefix);
        }
    }

    @Test
    void aFlippedBitBeforeAnAcknowledgedRecordIsCorruptionAndNeverAWrongReplay() throws IOException {
        long lastBatchAt;
        try (Journal journal = open()) {
            for (int i = 0; i < 4; i++) {
                journal.append(1, body("record number " + i));
                journal.commit();
            }
            lastBatchAt = journal.sizeBytes();
            journal.append(1, body("the last"));
            journal.commit();
        }
        List<String> all = replay();
        byte[] whole = Files.readAllBytes(path);
        for (int bit = 0; bit < whole.length * 8; bit++) {
            Files.write(path, Mutations.flipBit(whole, bit));
            if (bit < lastBatchAt * 8) {
                JournalException refusal = catchThrowableOfType(JournalException.class, this::replay);
                assertThat(refusal).as("bit %d", bit).isNotNull();
                assertThat(refusal.code()).isIn(JournalException.Code.CORRUPT, JournalException.Code.FORMAT);
                assertThat(refusal).hasMessageContaining(path.toString());
                assertThat(Files.readAllBytes(path)).hasSize(whole.length);
            } else {
                // Damage to the last batch cannot be told from a torn write; it must still never be believed.
                assertThat(replay()).isEqualTo(all.subList(0, 4));
            }
        }
    }

    @Test
    void anyMutantIsAPrefixOrARefusal(RandomGenerator random) throws IOException {
        try (Journal journal = open()) {
            for (int i = 0; i < 20; i++) {
                journal.append(1, Bytes.any(random, 40));
                if (random.nextInt(3) == 0) {
                    journal.commit();
                }
            }
            journal.commit();
        }
        List<String> all = replay();
        byte[] whole = Files.readAllBytes(path);
        for (int i = 0; i < 1_000; i++) {
            Files.write(path, Mutations.of(random, whole));
            try {
                List<String> some = replay();
                assertThat(some).isEqualTo(all.subList(0, some.size()));
            } catch (JournalException e) {
                assertThat(e.code()).isIn(JournalException.Code.CORRUPT, JournalException.Code.FORMAT);
            }
        }
    }

    @Test
    void corruptionNamesFileOffsetAndWhatToDo() throws IOException {
        long secondAt;
        try (Journal journal = open()) {
            journal.append(1, body("first"));
            journal.commit();
            secondAt = journal.sizeBytes();
            journal.append(1, body("second"));
            journal.commit();
            journal.append(1, body("third"));
            journal.commit();
        }
        byte[] whole = Files.readAllBytes(path);
        Files.write(path, Mutations.flipBit(whole, (int) (secondAt + RecordFormat.RECORD_HEADER_BYTES) * 8));
        assertThatThrownBy(this::replay)
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("corrupt at offset " + secondAt)
                .hasMessageContaining("record 2")
                .hasMessageContaining("restore the file");
    }

    @Test
    void aHoleInsideTheLastBatchIsATornBatchNotCorruption() throws IOException {
        long batchAt;
        try (Journal journal = open()) {
            journal.append(1, body("durable"));
            journal.commit();
            batchAt = journal.sizeBytes();
            journal.append(1, body("in the hole"));
            journal.append(1, body("written back early"));
            journal.commit();
        }
        byte[] whole = Files.readAllBytes(path);
        Arrays.fill(whole, (int) batchAt, (int) batchAt + RecordFormat.RECORD_HEADER_BYTES + 4, (byte) 0);
        Files.write(path, whole);
        assertThat(replay()).containsExactly("1 1 durable");
    }

    @Test
    void restoredFromAnOldBackupItIsSimplyOlder() throws IOException {
        try (Journal journal = open()) {
            journal.append(1, body("old"));
            journal.commit();
        }
        byte[] backup = Files.readAllBytes(path);
        try (Journal journal = open()) {
            journal.append(1, body("newer"));
            journal.snapshot(List.of(new Journal.Entry(1, body("state"))));
            journal.append(1, body("newest"));
            journal.commit();
        }
        Files.write(path, backup);
        try (Journal journal = open()) {
            assertThat(journal.append(1, body("another future"))).isEqualTo(2);
            journal.commit();
        }
        assertThat(replay()).containsExactly("1 1 old", "2 1 another future");
    }

    @Test
    void blocksOfAnOlderFileNeverPassForRecordsOfThisOne() throws IOException {
        byte[] older;
        try (Journal journal = open()) {
            journal.append(1, body("aaaa"));
            journal.append(1, body("bbbb"));
            journal.commit();
        }
        older = Files.readAllBytes(path);
        Files.delete(path);
        try (Journal journal = open()) {
            journal.append(1, body("cccc"));
            journal.commit();
        }
        byte[] fresh = Files.readAllBytes(path);
        Files.write(path, Bytes.concat(fresh, Arrays.copyOfRange(older, fresh.length, older.length)));
        assertThat(replay()).containsExactly("1 1 cccc");
    }

    @Test
    void openedTwiceItNamesTheHolder() {
        try (Journal journal = open()) {
            assertThat(journal.failure()).isNull();
            assertThatThrownBy(this::open)
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("in use by this process")
                    .hasMessageContaining(path + ".lock");
        }
        assertThat(replay()).isEmpty();
    }

    @Test
    void anotherFileOrAnotherVersionIsRefusedUntouched() throws IOException {
        Files.createDirectories(path.getParent());
        Files.writeString(path, "this is somebody's diary, and quite long enough");
        assertThatThrownBy(this::replay)
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("does not begin as a journal");
        assertThat(Files.readString(path)).startsWith("this is somebody's diary");

        Files.delete(path);
        open().close();
        byte[] whole = Files.readAllBytes(path);
        whole[9] = 2;
        Files.write(path, whole);
        assertThatThrownBy(this::replay).isInstanceOf(JournalException.class).hasMessageContaining("format 2");
    }

    @Test
    void aLeftoverOfAnInterruptedSnapshotIsIgnored() throws IOException {
        try (Journal journal = open()) {
            journal.append(1, body("a"));
            journal.commit();
        }
        Files.writeString(path.resolveSibling("market.journal.new"), "half a snapshot");
        assertThat(replay()).containsExactly("1 1 a");
        assertThat(path.resolveSibling("market.journal.new")).doesNotExist();
    }

    @Test
    void recordsLargerThanAnyBufferSurvive(RandomGenerator random) {
        byte[] large = Bytes.random(random, Journal.BODY_BYTES_MAX);
        try (Journal journal = open()) {
            journal.append(1, large);
            journal.append(1, body("small"));
            journal.append(1, large.clone());
            journal.commit();
            assertThatThrownBy(() -> journal.append(1, new byte[Journal.BODY_BYTES_MAX + 1]))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(replay()).hasSize(3).contains("2 1 small");
    }

    @Test
    void refusesMoreThanItMayHoldInsteadOfGrowing() {
        try (Journal journal = open()) {
            byte[] large = new byte[Journal.BODY_BYTES_MAX];
            JournalException overflow = catchThrowableOfType(JournalException.class, () -> {
                for (int i = 0; i <= Journal.PENDING_BYTES_MAX / large.length; i++) {
                    journal.append(1, large);
                }
            });
            assertThat(overflow.code()).isEqualTo(JournalException.Code.OVERFLOW);
            assertThat(journal.isCongested()).isTrue();
            assertThatThrownBy(journal::commit).isSameAs(overflow);
        }
        assertThat(replay()).isEmpty();
    }

    private Journal open() {
        return Journal.open(DiskJournalFile.open(path), new Replayed());
    }

    private List<String> replay() {
        Replayed replayed = new Replayed();
        Journal.open(DiskJournalFile.open(path), replayed).close();
        return replayed.lines;
    }

    private static byte[] body(String text) {
        return text.getBytes(ISO_8859_1);
    }
}
