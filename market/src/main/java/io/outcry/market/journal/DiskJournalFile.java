package io.outcry.market.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * A journal file on a disk, held by an exclusive lock from {@link #open} to {@link #close}.
 *
 * <p>The lock is a file of its own beside the journal ({@code NAME.lock}), because a snapshot puts another file in the
 * journal's place. The operating system lets go of it when a process dies, however it dies.
 *
 * <p><b>Threading</b>: one thread at a time.
 */
public final class DiskJournalFile implements JournalFile {

    private final Path path;
    private final Path replacement;
    private final FileChannel lockChannel;
    private final FileLock lock;
    private FileChannel channel;

    private DiskJournalFile(Path path, Path replacement, FileChannel lockChannel, FileLock lock, FileChannel channel) {
        this.path = path;
        this.replacement = replacement;
        this.lockChannel = lockChannel;
        this.lock = lock;
        this.channel = channel;
    }

    /**
     * Opens {@code path}, created empty if absent (with its folder), and locks it.
     *
     * @throws JournalException LOCKED if another process, or this one, has it open; IO if the disk refuses
     */
    public static DiskJournalFile open(Path path) {
        Path absolute = path.toAbsolutePath();
        Path lockPath = absolute.resolveSibling(absolute.getFileName() + ".lock");
        try {
            createFolder(folderOf(absolute));
            FileChannel lockChannel = FileChannel.open(lockPath, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                FileLock lock = lock(lockChannel, absolute, lockPath);
                Path replacement = absolute.resolveSibling(absolute.getFileName() + ".new");
                Files.deleteIfExists(replacement);
                boolean fresh = !Files.exists(absolute);
                FileChannel channel = openChannel(absolute);
                if (fresh) {
                    syncFolder(folderOf(absolute));
                }
                return new DiskJournalFile(absolute, replacement, lockChannel, lock, channel);
            } catch (IOException | RuntimeException e) {
                lockChannel.close();
                throw e;
            }
        } catch (IOException e) {
            throw JournalException.io(absolute.toString(), "open", e);
        }
    }

    private static FileLock lock(FileChannel lockChannel, Path path, Path lockPath) throws IOException {
        FileLock lock;
        try {
            lock = lockChannel.tryLock();
        } catch (OverlappingFileLockException e) {
            throw JournalException.locked(path.toString(), lockPath.toString(), "this process");
        }
        if (lock == null) {
            throw JournalException.locked(path.toString(), lockPath.toString(), "another process");
        }
        return lock;
    }

    private static FileChannel openChannel(Path path) throws IOException {
        return FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static Path folderOf(Path path) {
        Path folder = path.getParent();
        return folder == null ? path : folder;
    }

    @Override
    public String name() {
        return path.toString();
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public int read(long position, ByteBuffer into) throws IOException {
        int total = 0;
        while (into.hasRemaining()) {
            int count = channel.read(into, position + total);
            if (count < 0) {
                break;
            }
            total += count;
        }
        return total;
    }

    @Override
    public void append(ByteBuffer bytes) throws IOException {
        long position = channel.size();
        while (bytes.hasRemaining()) {
            position += channel.write(bytes, position);
        }
    }

    @Override
    public void sync() throws IOException {
        // The length is metadata, and a journal that lost its new length lost its records.
        channel.force(true);
    }

    @Override
    public void truncate(long size) throws IOException {
        channel.truncate(size);
    }

    @Override
    public void replace(ByteBuffer content) throws IOException {
        try (FileChannel fresh = FileChannel.open(
                replacement,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            while (content.hasRemaining()) {
                fresh.write(content);
            }
            fresh.force(true);
        }
        Files.move(replacement, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder(folderOf(path));
        FileChannel old = channel;
        channel = openChannel(path);
        old.close();
    }

    /** Folders are names too: each one made is durable only once the folder it is in has been synced. */
    private static void createFolder(Path folder) throws IOException {
        Path parent = folder.getParent();
        if (!Files.exists(folder)) {
            if (parent != null) {
                createFolder(parent);
            }
            Files.createDirectories(folder);
            if (parent != null) {
                syncFolder(parent);
            }
        }
    }

    /** A rename or a new name is durable only once the folder is. */
    private static void syncFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        try (FileChannel first = lockChannel;
                FileChannel second = channel) {
            if (lock.isValid()) {
                lock.release();
            }
        }
    }
}
