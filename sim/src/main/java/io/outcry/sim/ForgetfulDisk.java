package io.outcry.sim;

import io.outcry.market.journal.JournalFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A disk for one journal that forgets what was not synced, as a machine does that loses power: unsynced sectors are kept or lost
 * one by one, the last one is torn at any byte, a rename not followed by a sync of its folder happened or did not.
 *
 * <p>It can be told to lose power at the n-th thing it is asked to do, before doing it, halfway, or after; so every step of a
 * journal can be crashed at in turn.
 *
 * <p><b>Threading</b>: one thread.
 */
public final class ForgetfulDisk {

    private static final int SECTOR_BYTES = 512;

    private final String name;
    private final RandomGenerator random;
    private byte[] durable = new byte[0];
    private byte[] content = new byte[0];
    /** What the old name still points to until the folder is synced, or null. */
    private byte @Nullable [] beforeRename;

    private @Nullable Handle open;
    private long steps;
    private long powerLossAt = Long.MAX_VALUE;
    private boolean full;

    public ForgetfulDisk(String name, RandomGenerator random) {
        this.name = name;
        this.random = random;
    }

    /** The power went, in the middle of an operation. Whoever lives on this disk is dead and must be started again. */
    public static final class PowerLoss extends RuntimeException {
        private static final long serialVersionUID = 1L;

        PowerLoss(String name) {
            super("power loss at " + name);
        }
    }

    /** Opens the journal's file. */
    public JournalFile open() {
        if (open != null) {
            throw new IllegalStateException(name + " is open; crash() first");
        }
        Handle handle = new Handle();
        open = handle;
        return handle;
    }

    /** Things asked of the disk so far; each is a place for {@link #losePowerAt}. */
    public long steps() {
        return steps;
    }

    /** Loses power at a step: {@code 2n} before the n-th operation is done, {@code 2n + 1} after it, unsynced. */
    public void losePowerAt(long step) {
        powerLossAt = step;
    }

    /** Lets every further write fail, as a full disk does. */
    public void setFull(boolean isFull) {
        full = isFull;
    }

    /** Loses power now: what was not synced survives in part. */
    public void crash() {
        open = null;
        powerLossAt = Long.MAX_VALUE;
        if (beforeRename != null && random.nextBoolean()) {
            durable = beforeRename;
            content = beforeRename;
        } else {
            content = torn();
            durable = content;
        }
        beforeRename = null;
    }

    private byte[] torn() {
        if (content.length <= durable.length) {
            // A cut that was not synced: either length may be found.
            return random.nextBoolean() ? content : durable;
        }
        int unsynced = content.length - durable.length;
        byte[] survived = Arrays.copyOf(content, durable.length + random.nextInt(unsynced + 1));
        int first = durable.length / SECTOR_BYTES;
        for (int sector = first; sector * SECTOR_BYTES < survived.length; sector++) {
            if (random.nextInt(8) == 0) {
                int from = Math.max(durable.length, sector * SECTOR_BYTES);
                Arrays.fill(survived, from, Math.min(survived.length, (sector + 1) * SECTOR_BYTES), (byte) 0);
            }
        }
        return survived;
    }

    /** A copy of what is durable, to be restored later as an old backup. */
    public byte[] backup() {
        return durable.clone();
    }

    /** Puts a backup in place of what is there. Only while nobody has the file open. */
    public void restore(byte[] backup) {
        if (open != null) {
            throw new IllegalStateException(name + " is open; crash() first");
        }
        durable = backup.clone();
        content = backup.clone();
    }

    private void before() {
        if (steps * 2 == powerLossAt) {
            throw new PowerLoss(name);
        }
    }

    private void after() {
        if (steps++ * 2 + 1 == powerLossAt) {
            throw new PowerLoss(name);
        }
    }

    private final class Handle implements JournalFile {

        @Override
        public String name() {
            return name;
        }

        @Override
        public long size() throws IOException {
            requireAlive();
            return content.length;
        }

        @Override
        public int read(long position, ByteBuffer into) throws IOException {
            requireAlive();
            int count = (int) Math.max(0, Math.min(into.remaining(), content.length - position));
            into.put(content, (int) position, count);
            return count;
        }

        @Override
        public void append(ByteBuffer bytes) throws IOException {
            requireWritable();
            before();
            int length = bytes.remaining();
            byte[] longer = Arrays.copyOf(content, content.length + length);
            bytes.get(longer, content.length, length);
            content = longer;
            after();
        }

        @Override
        public void sync() throws IOException {
            requireWritable();
            before();
            durable = content;
            after();
        }

        @Override
        public void truncate(long size) throws IOException {
            requireWritable();
            before();
            content = Arrays.copyOf(content, (int) size);
            after();
        }

        @Override
        public void replace(ByteBuffer bytes) throws IOException {
            requireWritable();
            before();
            byte[] fresh = new byte[bytes.remaining()];
            bytes.get(fresh);
            after();
            before();
            beforeRename = durable;
            content = fresh;
            durable = fresh;
            after();
            before();
            beforeRename = null;
            after();
        }

        @Override
        public void close() {
            if (open == this) {
                open = null;
            }
        }

        private void requireAlive() throws IOException {
            if (open != this) {
                throw new IOException(name + " was closed");
            }
        }

        private void requireWritable() throws IOException {
            requireAlive();
            if (full) {
                throw new IOException("No space left on device");
            }
        }
    }
}
