package io.outcry.conformance.interop;

import io.outcry.conformance.house.House;
import io.outcry.conformance.peers.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * {@code outcry VERB … --json} as a process.
 *
 * <p>It is {@code bin/outcry} where that has been built from these sources; otherwise the same class on this class path, since
 * the script would build, and write the jars this very test runs from.
 */
final class Outcry {

    private Outcry() {}

    static Program start(String verb, String... arguments) {
        List<String> command = new ArrayList<>(launcher());
        command.add(verb);
        command.add("--json");
        command.addAll(List.of(arguments));
        return Program.start("outcry " + verb, House.root(), command);
    }

    private static List<String> launcher() {
        Path root = House.root();
        Path stamp = root.resolve("cli/target/.built");
        if (Files.exists(stamp) && Files.exists(root.resolve("cli/target/outcry.jar")) && isFresh(root, stamp)) {
            return List.of(root.resolve("bin/outcry").toString());
        }
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-Dlogback.configurationFile=logback.xml",
                "-cp",
                System.getProperty("java.class.path"),
                "io.outcry.cli.Outcry");
    }

    private static boolean isFresh(Path root, Path stamp) {
        try (Stream<Path> modules = Files.list(root)) {
            FileTime built = Files.getLastModifiedTime(stamp);
            return modules.filter(module -> Files.exists(module.resolve("pom.xml")))
                    .filter(module -> !module.endsWith("conformance") && !module.endsWith("bench"))
                    .flatMap(Outcry::sources)
                    .noneMatch(file -> isNewer(file, built));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<Path> sources(Path module) {
        List<Path> sources = new ArrayList<>(List.of(module.resolve("pom.xml")));
        Path main = module.resolve("src/main");
        if (Files.exists(main)) {
            try (Stream<Path> files = Files.walk(main)) {
                files.forEach(sources::add);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return sources.stream();
    }

    private static boolean isNewer(Path file, FileTime time) {
        try {
            return Files.isRegularFile(file) && Files.getLastModifiedTime(file).compareTo(time) > 0;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
