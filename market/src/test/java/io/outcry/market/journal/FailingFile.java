package io.outcry.market.journal;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A file in memory whose disk fails when told to, and counts its syncs. */
final class FailingFile implements JournalFile {

    volatile boolean failing;
    private byte[] content = new byte[0];
    private int syncs;

    synchronized int syncs() {
        return syncs;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public synchronized long size() {
        return content.length;
    }

    @Override
    public synchronized int read(long position, ByteBuffer into) {
        int count = (int) Math.max(0, Math.min(into.remaining(), content.length - position));
        into.put(content, (int) position, count);
        return count;
    }

    @Override
    public synchronized void append(ByteBuffer bytes) throws IOException {
        refuse();
        byte[] longer = java.util.Arrays.copyOf(content, content.length + bytes.remaining());
        bytes.get(longer, content.length, bytes.remaining());
        content = longer;
    }

    @Override
    public synchronized void sync() throws IOException {
        refuse();
        syncs++;
    }

    @Override
    public synchronized void truncate(long size) {
        content = java.util.Arrays.copyOf(content, (int) size);
    }

    @Override
    public synchronized void replace(ByteBuffer bytes) throws IOException {
        refuse();
        content = new byte[bytes.remaining()];
        bytes.get(content);
    }

    @Override
    public void close() {}

    private void refuse() throws IOException {
        if (failing) {
            throw new IOException("No space left on device");
        }
    }
}
