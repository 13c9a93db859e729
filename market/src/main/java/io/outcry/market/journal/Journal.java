package io.outcry.market.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A write-ahead journal of opaque records, numbered by lsn from 1 without gaps, over a {@link JournalFile}.
 *
 * <p>It has no thread of its own. One thread appends; another (a {@link JournalWriter}, or the simulator) calls
 * {@link #commit}, which makes everything gathered so far durable with one write and one sync.
 *
 * <p><b>Threading</b>: {@link #append} and {@link #snapshot} from one thread; {@link #commit} and
 * {@link #awaitPending} from one other; accessors and {@link #close} from any.
 *
 * <p><b>Ownership</b>: a body belongs to the journal once appended and must not be changed.
 *
 * <p><b>Errors</b>: {@link JournalException}. After the first failure of the disk the journal is out of service for good (a
 * failed sync cannot be repeated: the kernel may have dropped the pages), and nothing more becomes durable.
 */
public final class Journal implements AutoCloseable {

    /** The largest record type; all from 0 on are the caller's. */
    public static final int TYPE_MAX = 0x7f;

    /** The largest body in bytes. */
    public static final int BODY_BYTES_MAX = RecordFormat.BODY_BYTES_MAX;

    /** Bytes waiting for the disk at which callers should pause: half a second of a slow disk. */
    public static final long CONGESTED_BYTES = 8L << 20;

    /** Bytes waiting for the disk past which {@link #append} fails: nothing grows without end. */
    public static final long PENDING_BYTES_MAX = 4 * CONGESTED_BYTES;

    /** A snapshot is worth its writing when the records since the last one take this much more than it did. */
    private static final int SNAPSHOT_GROWTH = 4;

    /** Below this size a journal is left alone. */
    private static final long SNAPSHOT_BYTES_MIN = 1L << 20;

    /** The most a snapshot may take, since it is built in memory. */
    private static final long SNAPSHOT_BYTES_MAX = 1L << 30;

    private static final int WRITE_BYTES = 64 << 10;

    private final JournalFile file;
    private final RandomGenerator salts;
    private final RecordFormat format = new RecordFormat();
    private final Object gate = new Object();

    // Guarded by gate.
    private List<Pending> pending = new ArrayList<>();
    private List<Pending> spare = new ArrayList<>();
    private long pendingBytes;
    private long lastLsn;
    private boolean ended;
    private boolean closed;
    private @Nullable JournalException failure;
    private boolean writing;

    // The committing thread's.
    private long salt;
    private ByteBuffer buffer = ByteBuffer.allocate(WRITE_BYTES);

    private volatile boolean snapshotPending;
    private volatile long durableLsn;
    private volatile long sizeBytes;
    private volatile long snapshotBytes;

    private Journal(JournalFile file, RandomGenerator salts) {
        this.file = file;
        this.salts = salts;
    }

    /** One record of a snapshot. */
    public record Entry(int type, byte[] body) {
        public Entry {
            requireBody(type, body);
        }
    }

    private record Pending(
            long lsn, int type, byte[] body, @Nullable List<Entry> snapshot) {}

    /** Opens the journal on a disk. The file is the journal's from here on: it is closed with it, or if this fails. */
    public static Journal open(JournalFile file, JournalReplay replay) {
        return open(file, replay, new SecureRandom());
    }

    /**
     * Opens a journal: tells {@code replay} its content, cuts a torn tail, and syncs, so that all that was replayed is durable.
     *
     * @param salts where each file's salt comes from; the simulator's is seeded
     * @throws JournalException FORMAT, CORRUPT or IO; the file is then unchanged and closed
     */
    public static Journal open(JournalFile file, JournalReplay replay, RandomGenerator salts) {
        try {
            Journal journal = new Journal(file, salts);
            journal.recover(replay);
            return journal;
        } catch (IOException e) {
            closeQuietly(file, e);
            throw JournalException.io(file.name(), "be read", e);
        } catch (RuntimeException e) {
            closeQuietly(file, e);
            throw e;
        }
    }

    private static void closeQuietly(JournalFile file, Exception cause) {
        try {
            file.close();
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    private void recover(JournalReplay replay) throws IOException {
        if (file.size() == 0) {
            replaceBy(0, List.of());
            return;
        }
        JournalReader reader = new JournalReader(file);
        reader.read(replay);
        if (reader.isTorn()) {
            file.truncate(reader.end());
        }
        // What was read may still be in the kernel's memory only: the process may have died, not the machine.
        file.sync();
        salt = reader.salt();
        lastLsn = reader.lastLsn();
        durableLsn = lastLsn;
        sizeBytes = reader.end();
        snapshotBytes = reader.snapshotEnd();
    }

    /**
     * Adds a record to the next batch.
     *
     * @return its lsn; it is durable once {@link #durableLsn} has reached it
     */
    public long append(int type, byte[] body) {
        requireBody(type, body);
        synchronized (gate) {
            return add(type, body, null);
        }
    }

    /**
     * Puts {@code entries} in the place of every record so far: the caller's whole state after the last record appended. The
     * old content stays until the new one is safely in its place.
     *
     * @return the last lsn it stands for; it is durable when that is
     */
    public long snapshot(List<Entry> entries) {
        synchronized (gate) {
            snapshotPending = true;
            return add(0, new byte[0], List.copyOf(entries));
        }
    }

    private long add(int type, byte[] body, @Nullable List<Entry> snapshot) {
        requireOpen();
        long bytes = RecordFormat.RECORD_HEADER_BYTES + (long) body.length;
        if (snapshot == null && pendingBytes + bytes > PENDING_BYTES_MAX) {
            throw fail(JournalException.overflow(file.name(), pendingBytes));
        }
        if (snapshot == null) {
            lastLsn++;
            pendingBytes += bytes;
        }
        pending.add(new Pending(lastLsn, type, body, snapshot));
        gate.notifyAll();
        return lastLsn;
    }

    private static void requireBody(int type, byte[] body) {
        if (type < 0 || type > TYPE_MAX) {
            throw new IllegalArgumentException("record type " + type + " is not within 0.." + TYPE_MAX);
        }
        if (body.length > BODY_BYTES_MAX) {
            throw new IllegalArgumentException(
                    "a record of " + body.length + " bytes; " + BODY_BYTES_MAX + " are allowed");
        }
    }

    private void requireOpen() {
        if (failure != null) {
            throw failure;
        }
        if (ended) {
            throw JournalException.closed(file.name());
        }
    }

    /** Waits until there is something to commit; false when the journal was closed or failed and nothing is left. */
    public boolean awaitPending() throws InterruptedException {
        synchronized (gate) {
            while (pending.isEmpty()) {
                if (ended || failure != null) {
                    return false;
                }
                gate.wait();
            }
            return failure == null && !closed;
        }
    }

    /**
     * Writes and syncs everything appended until now.
     *
     * @return the last durable lsn
     * @throws JournalException IO if the disk fails; then nothing of the batch counts as durable
     */
    public long commit() {
        List<Pending> batch;
        synchronized (gate) {
            if (failure != null) {
                throw failure;
            }
            if (closed || pending.isEmpty()) {
                return durableLsn;
            }
            batch = pending;
            pending = spare;
            pendingBytes = 0;
            writing = true;
        }
        try {
            write(batch);
            durableLsn = batch.get(batch.size() - 1).lsn();
            return durableLsn;
        } catch (IOException e) {
            synchronized (gate) {
                throw fail(JournalException.io(file.name(), "be written", e));
            }
        } finally {
            batch.clear();
            synchronized (gate) {
                spare = batch;
                writing = false;
                gate.notifyAll();
            }
        }
    }

    private JournalException fail(JournalException why) {
        if (failure == null) {
            failure = why;
            gate.notifyAll();
        }
        return failure;
    }

    private void write(List<Pending> batch) throws IOException {
        long syncedLsn = durableLsn;
        int first = 0;
        for (int i = batch.size() - 1; i >= 0; i--) {
            List<Entry> snapshot = batch.get(i).snapshot();
            if (snapshot != null) {
                // It stands for everything before it, so nothing before it needs to be written.
                syncedLsn = batch.get(i).lsn();
                snapshotPending = false;
                replaceBy(syncedLsn, snapshot);
                first = i + 1;
                break;
            }
        }
        if (first == batch.size()) {
            return;
        }
        for (int i = first; i < batch.size(); i++) {
            Pending record = batch.get(i);
            room(RecordFormat.RECORD_HEADER_BYTES + record.body().length);
            format.writeRecord(buffer, salt, record.lsn(), syncedLsn, record.type(), record.body());
        }
        flush();
        file.sync();
    }

    private void room(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            flush();
            if (buffer.capacity() < bytes) {
                buffer = ByteBuffer.allocate(bytes);
            }
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        int length = buffer.remaining();
        if (length > 0) {
            file.append(buffer);
            sizeBytes += length;
        }
        buffer.clear();
    }

    private void replaceBy(long baseLsn, List<Entry> entries) throws IOException {
        long length = RecordFormat.FILE_HEADER_BYTES;
        for (Entry entry : entries) {
            length += RecordFormat.RECORD_HEADER_BYTES + entry.body().length;
        }
        if (length > SNAPSHOT_BYTES_MAX) {
            throw new IOException("a snapshot of " + length + " bytes; " + SNAPSHOT_BYTES_MAX + " are allowed");
        }
        ByteBuffer content = ByteBuffer.allocate((int) length);
        long freshSalt = salts.nextLong();
        format.writeFileHeader(content, freshSalt, baseLsn, entries.size());
        for (Entry entry : entries) {
            format.writeRecord(
                    content, freshSalt, baseLsn, baseLsn, entry.type() | RecordFormat.SNAPSHOT_FLAG, entry.body());
        }
        file.replace(content.flip());
        salt = freshSalt;
        sizeBytes = length;
        snapshotBytes = length;
    }

    /** The last lsn given out. */
    public long lastLsn() {
        synchronized (gate) {
            return lastLsn;
        }
    }

    /** The last lsn that survives a loss of power. */
    public long durableLsn() {
        return durableLsn;
    }

    /** Whether the disk is behind: a caller should take no new input until this is false. */
    public boolean isCongested() {
        synchronized (gate) {
            return pendingBytes > CONGESTED_BYTES;
        }
    }

    /** Whether the journal has grown so much since its last snapshot that the next one pays; not while one is on its way. */
    public boolean wantsSnapshot() {
        return !snapshotPending && sizeBytes > SNAPSHOT_BYTES_MIN && sizeBytes > SNAPSHOT_GROWTH * snapshotBytes;
    }

    /** Bytes in the file. */
    public long sizeBytes() {
        return sizeBytes;
    }

    /** Why the journal is out of service, if it is. */
    public @Nullable JournalException failure() {
        synchronized (gate) {
            return failure;
        }
    }

    /** What an operator calls the file. */
    public String name() {
        return file.name();
    }

    /** Takes no more records; what is pending may still be committed. */
    void endAppends() {
        synchronized (gate) {
            ended = true;
            gate.notifyAll();
        }
    }

    /** Ends the journal without a last commit, which is {@link JournalWriter#close}'s, and lets go of the lock. Idempotent. */
    @Override
    public void close() {
        synchronized (gate) {
            if (closed) {
                return;
            }
            ended = true;
            closed = true;
            gate.notifyAll();
            boolean interrupted = false;
            while (writing) {
                try {
                    gate.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        try {
            file.close();
        } catch (IOException e) {
            throw JournalException.io(file.name(), "be closed", e);
        }
    }
}
