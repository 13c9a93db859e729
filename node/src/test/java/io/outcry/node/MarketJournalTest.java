package io.outcry.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.market.journal.JournalException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarketJournalTest {

    private static final long PATIENCE_S = 30;

    private final Semaphore woken = new Semaphore(0);

    @Test
    void whatWasSyncedIsToldOnceAndComesBack(@TempDir Path folder) throws Exception {
        try (MarketJournal journal = MarketJournal.open(Optional.of(folder))) {
            journal.start(woken::release);
            assertThat(journal.takeDurable()).isEqualTo(-1);
            long lsn = journal.append(new byte[] {7});
            assertThat(woken.tryAcquire(PATIENCE_S, TimeUnit.SECONDS)).isTrue();
            assertThat(journal.takeDurable()).isEqualTo(lsn);
            assertThat(journal.takeDurable()).isEqualTo(-1);
        }
        try (MarketJournal again = MarketJournal.open(Optional.of(folder))) {
            assertThat(again.takeRecovered()).containsExactly(new byte[] {7});
            assertThat(again.takeRecovered()).isEmpty();
        }
    }

    @Test
    void withoutADirectoryEverythingCountsAsDurableAtOnce() {
        try (MarketJournal journal = MarketJournal.open(Optional.empty())) {
            journal.start(woken::release);
            assertThat(journal.takeDurable()).isEqualTo(-1);
            journal.append(new byte[1]);
            long last = journal.append(new byte[1]);
            assertThat(journal.takeDurable()).isEqualTo(last);
            assertThat(journal.takeDurable()).isEqualTo(-1);
        }
    }

    @Test
    void aClosedJournalTakesNothingMore(@TempDir Path folder) {
        MarketJournal journal = MarketJournal.open(Optional.of(folder));
        journal.start(woken::release);
        journal.close();
        assertThatThrownBy(() -> journal.append(new byte[1])).isInstanceOf(JournalException.class);
    }
}
