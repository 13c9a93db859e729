package io.outcry.market.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What a journal needs of a disk, and no more, so that a simulator can supply one that forgets.
 *
 * <p>Bytes that {@link #append} wrote may be lost, in part and in any order, by a crash until {@link #sync} returned.
 *
 * <p><b>Threading</b>: one thread at a time. <b>Errors</b>: after any {@link IOException} the content past the last sync is
 * undefined; the journal then stops for good and is opened again.
 */
public interface JournalFile extends AutoCloseable {

    /** What an operator calls this file: its path. */
    String name();

    /** Bytes in the file. */
    long size() throws IOException;

    /** Reads at {@code position} until {@code into} is full or the file ends; returns the number of bytes read, 0 at the end. */
    int read(long position, ByteBuffer into) throws IOException;

    /** Writes all of {@code bytes} at the end of the file. */
    void append(ByteBuffer bytes) throws IOException;

    /** Returns when all that was appended survives a loss of power. */
    void sync() throws IOException;

    /** Cuts the file to {@code size} bytes. */
    void truncate(long size) throws IOException;

    /** Puts {@code content} in place of the whole file: a crash leaves the old file or the new, synced, and nothing between. */
    void replace(ByteBuffer content) throws IOException;

    @Override
    void close() throws IOException;
}
