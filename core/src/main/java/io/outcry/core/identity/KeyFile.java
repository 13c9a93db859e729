package io.outcry.core.identity;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The file that holds a node's private key: the protobuf message, as other implementations store it, readable by its
 * owner only.
 *
 * <p><b>Threading</b>: any; two processes that create the same file at once end with one key, the first's.
 *
 * <p><b>Errors</b>: {@link KeyFileException} naming the file and what to do.
 */
public final class KeyFile {

    private static final Set<PosixFilePermission> OWNER_ONLY =
            EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

    private KeyFile() {}

    /** Loads the key, or makes an Ed25519 one if there is no file. */
    public static PrivateKey loadOrCreate(Path file) {
        if (Files.exists(file)) {
            return load(file);
        }
        try {
            return create(file, KeyType.ED25519);
        } catch (KeyFileException e) {
            if (e.getCause() instanceof FileAlreadyExistsException) {
                return load(file); // another process was quicker
            }
            throw e;
        }
    }

    public static PrivateKey load(Path file) {
        byte[] bytes;
        try {
            if (Files.size(file) > KeyMessage.LENGTH_MAX) {
                throw damaged(file, "it is longer than any key", null);
            }
            bytes = Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw new KeyFileException("there is no key file " + file + "; create one first", e);
        } catch (IOException e) {
            throw new KeyFileException(
                    "the key file " + file + " cannot be read: " + why(e) + "; check that it is a file and yours", e);
        }
        requireOwnerOnly(file);
        try {
            return PrivateKey.decode(bytes);
        } catch (KeyException e) {
            throw damaged(file, String.valueOf(e.getMessage()), e);
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
    }

    private static KeyFileException damaged(Path file, String why, @Nullable Throwable cause) {
        String message = "the key file " + file + " holds no private key (" + why
                + "); restore it from a copy, or move it away and start with a new identity";
        return cause == null ? new KeyFileException(message) : new KeyFileException(message, cause);
    }

    /** A key others can read is no secret; it is tightened, and refused where that fails. */
    private static void requireOwnerOnly(Path file) {
        try {
            if (!posix(file)) {
                return;
            }
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            if (permissions.stream().anyMatch(p -> !p.name().startsWith("OWNER_"))) {
                Files.setPosixFilePermissions(file, OWNER_ONLY);
            }
        } catch (IOException e) {
            throw new KeyFileException(
                    "the key file " + file + " can be read by others and that cannot be changed: " + why(e)
                            + "; run chmod 600 on it as its owner",
                    e);
        }
    }

    /** Makes a key and writes it whole or not at all; an existing file is never overwritten. */
    public static PrivateKey create(Path file, KeyType type) {
        PrivateKey key = PrivateKey.generate(type);
        try {
            write(file.toAbsolutePath(), key);
        } catch (FileAlreadyExistsException e) {
            throw new KeyFileException("the key file " + file + " exists already and is left alone", e);
        } catch (IOException e) {
            throw new KeyFileException(
                    "the key file " + file + " cannot be written: " + why(e) + "; check the folder's permissions", e);
        }
        return key;
    }

    private static void write(Path file, PrivateKey key) throws IOException {
        Path folder = file.getParent();
        if (folder == null) {
            throw new FileSystemException(file.toString(), null, "it is a folder");
        }
        Files.createDirectories(folder);
        FileAttribute<?>[] attributes = posix(folder)
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
        Path draft = Files.createTempFile(folder, file.getFileName() + ".", ".tmp", attributes);
        byte[] bytes = key.encoded();
        try {
            try (FileChannel channel = FileChannel.open(draft, StandardOpenOption.WRITE)) {
                ByteBuffer rest = ByteBuffer.wrap(bytes);
                while (rest.hasRemaining()) {
                    channel.write(rest);
                }
                channel.force(true);
            }
            publish(draft, file);
        } finally {
            Arrays.fill(bytes, (byte) 0);
            Files.deleteIfExists(draft);
        }
    }

    /** A hard link appears at once and only if nothing is there; where links are unknown, a move must do. */
    private static void publish(Path draft, Path file) throws IOException {
        try {
            Files.createLink(file, draft);
        } catch (UnsupportedOperationException e) {
            Files.move(draft, file);
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (FileSystemException noLinks) {
            Files.move(draft, file);
        }
    }

    private static boolean posix(Path path) throws IOException {
        return Files.getFileStore(path).supportsFileAttributeView("posix");
    }

    /** The file system's own words; an exception about a file often says no more than its name. */
    private static String why(IOException e) {
        if (e instanceof NoSuchFileException missing) {
            return "there is no " + missing.getFile();
        }
        return e instanceof AccessDeniedException ? "access is denied" : String.valueOf(e.getMessage());
    }
}
