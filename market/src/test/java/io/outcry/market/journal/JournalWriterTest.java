package io.outcry.market.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class JournalWriterTest {

    private static final int BOUND_SECONDS = 60;

    private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

    @Test
    void answersWithTheLastDurableLsn() throws InterruptedException {
        FailingFile file = new FailingFile();
        Journal journal = Journal.open(file, new Replayed());
        try (JournalWriter writer = JournalWriter.start(journal, new Listener())) {
            assertThat(writer).isNotNull();
            journal.append(1, new byte[1]);
            journal.append(1, new byte[1]);
            long lsn;
            do {
                lsn = (Long) told.poll(BOUND_SECONDS, TimeUnit.SECONDS);
            } while (lsn < 2);
            assertThat(journal.durableLsn()).isEqualTo(2);
        }
    }

    @Test
    void manyRecordsShareASync() {
        FailingFile file = new FailingFile();
        Journal journal = Journal.open(file, new Replayed());
        int records = 10_000;
        for (int i = 0; i < records; i++) {
            journal.append(1, new byte[16]);
        }
        JournalWriter.start(journal, new Listener()).close();
        assertThat(told).containsExactly((long) records);
        assertThat(file.syncs()).isEqualTo(1);
    }

    @Test
    void closingCommitsWhatIsPendingAndTakesNoMore() {
        FailingFile file = new FailingFile();
        Journal journal = Journal.open(file, new Replayed());
        JournalWriter writer = JournalWriter.start(journal, new Listener());
        journal.append(1, new byte[1]);
        writer.close();
        writer.close();
        assertThatThrownBy(() -> journal.append(1, new byte[1])).isInstanceOf(JournalException.class);
        Replayed replayed = new Replayed();
        Journal.open(file, replayed).close();
        assertThat(replayed.lines).hasSize(1);
    }

    @Test
    void aFullDiskIsToldOnceAndNothingMoreIsDurable() throws InterruptedException {
        FailingFile file = new FailingFile();
        Journal journal = Journal.open(file, new Replayed());
        try (JournalWriter writer = JournalWriter.start(journal, new Listener())) {
            assertThat(writer).isNotNull();
            file.failing = true;
            journal.append(1, new byte[1]);
            Object first = told.poll(BOUND_SECONDS, TimeUnit.SECONDS);
            assertThat(first).isInstanceOfSatisfying(JournalException.class, why -> {
                assertThat(why.code()).isEqualTo(JournalException.Code.IO);
                assertThat(why).hasMessageContaining("No space left on device");
            });
            file.failing = false;
            assertThatThrownBy(() -> journal.append(1, new byte[1])).isSameAs(first);
            assertThat(journal.durableLsn()).isZero();
        }
        assertThat(told).isEmpty();
    }

    private final class Listener implements JournalWriter.Listener {
        @Override
        public void onDurable(long lsn) {
            told.add(lsn);
        }

        @Override
        public void onFailed(JournalException why) {
            told.add(why);
        }
    }
}
