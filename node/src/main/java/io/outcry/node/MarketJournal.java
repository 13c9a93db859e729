package io.outcry.node;

import io.outcry.market.journal.DiskJournalFile;
import io.outcry.market.journal.Journal;
import io.outcry.market.journal.JournalException;
import io.outcry.market.journal.JournalReplay;
import io.outcry.market.journal.JournalWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a market's records go: a file and its thread, or nowhere. Without a data directory a record counts as durable at
 * once; the node says so when it starts.
 *
 * <p><b>Threading</b>: {@link #append}, {@link #checkpoint} and {@link #takeDurable} on the market's thread, which the journal's
 * wakes when something became durable.
 */
final class MarketJournal implements AutoCloseable {

    /** All records of a replica have one type: what they mean is inside. */
    private static final int RECORD = 1;

    private final @Nullable Journal journal;
    private List<byte[]> recovered;
    private @Nullable JournalWriter writer;
    private volatile long durableLsn = -1;
    private volatile @Nullable JournalException failure;
    private long lastLsn;
    private long toldLsn = -1;

    private MarketJournal(@Nullable Journal journal, List<byte[]> recovered) {
        this.journal = journal;
        this.recovered = recovered;
    }

    /** Opens, and reads, the journal in {@code directory}; one that keeps nothing without a directory. */
    static MarketJournal open(Optional<Path> directory) {
        if (directory.isEmpty()) {
            return new MarketJournal(null, List.of());
        }
        List<byte[]> records = new ArrayList<>();
        JournalReplay collect = new JournalReplay() {
            @Override
            public void onSnapshot(long baseLsn, int type, byte[] body) {
                onRecord(baseLsn, type, body);
            }

            @Override
            public void onRecord(long lsn, int type, byte[] body) {
                if (type == RECORD) {
                    records.add(body);
                }
            }
        };
        try {
            Journal journal = Journal.open(DiskJournalFile.open(directory.get().resolve("journal")), collect);
            return new MarketJournal(journal, records);
        } catch (JournalException e) {
            throw new NodeException(NodeException.Code.DATA, String.valueOf(e.getMessage()), e);
        }
    }

    /** The records read on opening, oldest first; they are handed over once and not kept. */
    List<byte[]> takeRecovered() {
        List<byte[]> records = recovered;
        recovered = List.of();
        return records;
    }

    /** Starts syncing; call once, before the first append. */
    void start(Runnable wakeUp) {
        if (journal != null) {
            writer = JournalWriter.start(journal, new JournalWriter.Listener() {
                @Override
                public void onDurable(long lsn) {
                    durableLsn = lsn;
                    wakeUp.run();
                }

                @Override
                public void onFailed(JournalException why) {
                    failure = why;
                    wakeUp.run();
                }
            });
        }
    }

    long append(byte[] record) {
        if (journal == null) {
            durableLsn = ++lastLsn;
            return lastLsn;
        }
        return journal.append(RECORD, record);
    }

    /**
     * Up to which lsn everything became durable since this was last asked, or -1 if nothing did. What was synced before a
     * failure still counts.
     *
     * @throws JournalException once the journal is out of service
     */
    long takeDurable() {
        JournalException why = failure;
        long lsn = durableLsn;
        if (lsn != toldLsn) {
            toldLsn = lsn;
            return lsn;
        }
        if (why != null) {
            throw why;
        }
        return -1;
    }

    /** Whether a checkpoint pays. */
    boolean wantsCheckpoint() {
        return journal != null && journal.wantsSnapshot();
    }

    /** Whether the disk is so far behind that no new orders should be taken. */
    boolean isCongested() {
        return journal != null && journal.isCongested();
    }

    /** Puts the replica's whole state in the place of all records so far. */
    void checkpoint(List<byte[]> state) {
        if (journal != null) {
            journal.snapshot(
                    state.stream().map(body -> new Journal.Entry(RECORD, body)).toList());
        }
    }

    /** Lets go of the file without a last commit: what a crash leaves. */
    void abandon() {
        if (journal != null) {
            journal.close();
        }
    }

    /** Commits what is pending and closes the file. */
    @Override
    public void close() {
        if (writer != null) {
            writer.close();
        } else if (journal != null) {
            journal.close();
        }
    }
}
