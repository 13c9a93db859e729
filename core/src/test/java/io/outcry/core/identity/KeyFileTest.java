package io.outcry.core.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyFileTest {

    @TempDir
    Path folder;

    @Test
    void createsAnEd25519KeyReadableByItsOwnerOnlyAndLoadsItAgain() throws IOException {
        Path file = folder.resolve("deep/down/node.key");
        PrivateKey key = KeyFile.loadOrCreate(file);
        assertThat(key.type()).isEqualTo(KeyType.ED25519);
        assertThat(Files.readAllBytes(file)).isEqualTo(key.encoded());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(KeyFile.loadOrCreate(file)).isEqualTo(key);
        assertThat(KeyFile.load(file)).isEqualTo(key);
        assertThat(filesBeside(file)).containsExactly("node.key");
    }

    private static Set<String> filesBeside(Path file) throws IOException {
        try (Stream<Path> files = Files.list(file.getParent())) {
            return files.map(f -> f.getFileName().toString()).collect(Collectors.toSet());
        }
    }

    @Test
    void neverOverwrites() throws IOException {
        Path file = folder.resolve("node.key");
        PrivateKey key = KeyFile.create(file, KeyType.SECP256K1);
        assertThatThrownBy(() -> KeyFile.create(file, KeyType.ED25519))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining("exists already");
        assertThat(KeyFile.load(file)).isEqualTo(key);
        assertThat(filesBeside(file)).containsExactly("node.key");
    }

    @Test
    void aDamagedFileIsNamedAndSomethingIsAdvised() throws IOException {
        Path file = folder.resolve("node.key");
        for (byte[] content : new byte[][] {{}, {8, 1, 18}, new byte[100], new byte[100_000]}) {
            Files.write(file, content);
            assertThatThrownBy(() -> KeyFile.loadOrCreate(file))
                    .isInstanceOf(KeyFileException.class)
                    .hasMessageContaining(file.toString())
                    .hasMessageContaining("restore it from a copy, or move it away");
            assertThat(Files.readAllBytes(file)).isEqualTo(content);
        }
    }

    @Test
    void aMissingFileAndAFolderAreNamed() {
        Path missing = folder.resolve("none");
        assertThatThrownBy(() -> KeyFile.load(missing))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining("there is no key file " + missing);
        assertThatThrownBy(() -> KeyFile.load(folder))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageNotContaining("Exception");
        Path inNoFolder = Path.of("/dev/null/none/node.key");
        assertThatThrownBy(() -> KeyFile.create(inNoFolder, KeyType.ED25519))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining(inNoFolder.toString())
                .hasMessageNotContaining("Exception");
    }

    @Test
    void tightensAFileOthersCouldRead() throws IOException {
        Path file = folder.resolve("node.key");
        PrivateKey key = KeyFile.create(file, KeyType.ED25519);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(KeyFile.load(file)).isEqualTo(key);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void manyAtOnceEndWithOneKey() {
        Path file = folder.resolve("node.key");
        ExecutorService pool = Executors.newFixedThreadPool(8);
        try {
            CountDownLatch start = new CountDownLatch(1);
            List<CompletableFuture<PrivateKey>> all = IntStream.range(0, 8)
                    .mapToObj(i -> CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    start.await();
                                } catch (InterruptedException e) {
                                    throw new IllegalStateException(e);
                                }
                                return KeyFile.loadOrCreate(file);
                            },
                            pool))
                    .toList();
            start.countDown();
            assertThat(all.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        } finally {
            pool.shutdownNow();
        }
    }
}
