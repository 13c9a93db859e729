package io.outcry.market.journal;

import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The thread that waits for the disk, so that the market's never does: it commits whatever gathered while the last sync ran.
 *
 * <p><b>Threading</b>: starts one daemon thread, {@code journal}, on which the listener is called; {@link #close} from any other.
 */
public final class JournalWriter implements AutoCloseable {

    /** How long {@link #close} waits for the last sync; a disk that takes longer is left to the operating system. */
    private static final long CLOSE_MS = 5_000;

    private final Journal journal;
    private final Listener listener;
    private final Thread thread;
    private final AtomicBoolean closing = new AtomicBoolean();

    private JournalWriter(Journal journal, Listener listener) {
        this.journal = journal;
        this.listener = listener;
        this.thread = new Thread(this::run, "journal");
        thread.setDaemon(true);
    }

    /** Who is told; called on the journal's thread and expected to hand over and return. */
    public interface Listener {

        /** Everything up to {@code lsn} is durable. */
        void onDurable(long lsn);

        /** The journal is out of service; nothing more becomes durable and nothing more may be promised. */
        void onFailed(JournalException why);
    }

    /** Starts committing. */
    public static JournalWriter start(Journal journal, Listener listener) {
        JournalWriter writer = new JournalWriter(journal, listener);
        writer.thread.start();
        return writer;
    }

    private void run() {
        try {
            while (journal.awaitPending()) {
                listener.onDurable(journal.commit());
            }
        } catch (JournalException e) {
            // Told below, once, from the latch of the journal: an overflow is noticed by another thread.
            assert journal.failure() != null : e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            // Nobody is left to sync: what is appended from now on must fail, not wait.
            journal.endAppends();
        }
        JournalException failure = journal.failure();
        if (failure != null) {
            listener.onFailed(failure);
        }
    }

    /** Commits what is pending, ends the thread and closes the journal. Idempotent. */
    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        journal.endAppends();
        boolean interrupted = false;
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException e) {
            interrupted = true;
        }
        journal.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
