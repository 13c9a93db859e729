package io.outcry.market.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads a journal file from its first byte to where it ends well, and judges the rest: torn (cut it) or corrupt (refuse).
 */
final class JournalReader {

    /** Read at a time; holds the largest record. */
    private static final int WINDOW_BYTES = RecordFormat.RECORD_HEADER_BYTES + RecordFormat.BODY_BYTES_MAX;

    private final JournalFile file;
    private final long size;
    private final RecordFormat format = new RecordFormat();
    private final ByteBuffer window;
    private long windowAt;
    private long salt;
    private long baseLsn;
    private long lastLsn;
    private long end;
    private long snapshotEnd;

    JournalReader(JournalFile file) throws IOException {
        this.file = file;
        this.size = file.size();
        this.window = ByteBuffer.allocate((int) Math.min(2L * WINDOW_BYTES, Math.max(size, 1)));
        window.limit(0);
    }

    /** Reads everything; afterwards the accessors hold. */
    void read(JournalReplay replay) throws IOException {
        int snapshotRecords = readFileHeader();
        end = RecordFormat.FILE_HEADER_BYTES;
        for (int i = 0; i < snapshotRecords; i++) {
            int length = recordAt(end);
            if (length < 0 || (typeAt(end) & RecordFormat.SNAPSHOT_FLAG) == 0 || lsnAt(end) != baseLsn) {
                throw JournalException.corrupt(
                        file.name(),
                        end,
                        "record " + (i + 1) + " of " + snapshotRecords + " of its snapshot is damaged");
            }
            replay.onSnapshot(baseLsn, typeAt(end) & ~RecordFormat.SNAPSHOT_FLAG, bodyAt(end, length));
            end += RecordFormat.RECORD_HEADER_BYTES + length;
        }
        snapshotEnd = end;
        lastLsn = baseLsn;
        while (end < size) {
            int length = recordAt(end);
            if (length < 0 || lsnAt(end) != lastLsn + 1) {
                refuseIfAcknowledgedRecordsFollow();
                return;
            }
            lastLsn++;
            replay.onRecord(lastLsn, typeAt(end), bodyAt(end, length));
            end += RecordFormat.RECORD_HEADER_BYTES + length;
        }
    }

    long salt() {
        return salt;
    }

    long lastLsn() {
        return lastLsn;
    }

    /** Where the last good record ends. */
    long end() {
        return end;
    }

    /** Where the snapshot ends. */
    long snapshotEnd() {
        return snapshotEnd;
    }

    boolean isTorn() {
        return end < size;
    }

    private int readFileHeader() throws IOException {
        int at = at(0, RecordFormat.FILE_HEADER_BYTES);
        if (at < 0 || window.getLong(at) != RecordFormat.MAGIC) {
            throw JournalException.format(
                    file.name(), "it does not begin as a journal does; check the data directory that was given");
        }
        int version = window.getShort(at + 8) & 0xffff;
        if (version != RecordFormat.VERSION) {
            throw JournalException.format(
                    file.name(),
                    "it has format " + version + " and this program reads format " + RecordFormat.VERSION
                            + "; use the program that wrote it");
        }
        if (window.getInt(at + 12) != format.fileHeaderCrc(window, at)) {
            throw JournalException.corrupt(file.name(), 0, "the file's header does not match its checksum");
        }
        salt = window.getLong(at + 16);
        baseLsn = window.getLong(at + 24);
        return window.getInt(at + 32);
    }

    /**
     * The record at {@link #end} is bad. A later record is proof of corruption only if the bad one was durable when the
     * later one was written; otherwise both were part of the batch the crash interrupted.
     */
    private void refuseIfAcknowledgedRecordsFollow() throws IOException {
        long expected = lastLsn + 1;
        for (long position = end + 1; position + RecordFormat.RECORD_HEADER_BYTES <= size; position++) {
            int at = at(position, RecordFormat.RECORD_HEADER_BYTES);
            long lsn = window.getLong(at + 8);
            long synced = window.getLong(at + 16);
            // Cheap and almost always false, so that the checksum is rarely worked out.
            if (lsn > expected
                    && lsn - expected <= size
                    && synced >= expected
                    && synced < lsn
                    && recordAt(position) >= 0) {
                throw JournalException.corrupt(
                        file.name(),
                        end,
                        "record " + expected + " is damaged, but record " + lsn + " at offset " + position
                                + " is whole and was written after record " + expected + " was synced");
            }
        }
    }

    /** The length of the body of the record at {@code position}, or -1 if there is no valid record. */
    private int recordAt(long position) throws IOException {
        int at = at(position, RecordFormat.RECORD_HEADER_BYTES);
        if (at < 0) {
            return -1;
        }
        int length = window.getInt(at);
        if (length < 0 || length > RecordFormat.BODY_BYTES_MAX) {
            return -1;
        }
        at = at(position, RecordFormat.RECORD_HEADER_BYTES + length);
        if (at < 0 || window.getInt(at + 4) != format.recordCrc(window, at, salt, length)) {
            return -1;
        }
        return length;
    }

    private long lsnAt(long position) {
        return window.getLong((int) (position - windowAt) + 8);
    }

    private int typeAt(long position) {
        return window.get((int) (position - windowAt) + 24) & 0xff;
    }

    private byte[] bodyAt(long position, int length) {
        byte[] body = new byte[length];
        window.get((int) (position - windowAt) + RecordFormat.RECORD_HEADER_BYTES, body);
        return body;
    }

    /** The index in the window of {@code length} bytes at {@code position}, or -1 if the file is shorter. */
    private int at(long position, int length) throws IOException {
        if (position + length > size) {
            return -1;
        }
        if (position < windowAt || position + length > windowAt + window.limit()) {
            window.clear();
            windowAt = position;
            window.limit(file.read(position, window));
            if (window.limit() < length) {
                throw new IOException("the file became shorter while it was read");
            }
        }
        return (int) (position - windowAt);
    }
}
