package io.outcry.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The sources of the house are tidy. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class TidyTest {

    private static final Set<String> TEXT =
            Set.of("java", "md", "xml", "js", "go", "sh", "proto", "json", "properties", "mod", "yml", "html", "css");

    private static final Set<String> SKIPPED = Set.of(".git", "target", "node_modules", "vendored");

    private static final List<String> SHIPPED =
            List.of("core", "orderbook", "transport", "discovery", "gossip", "market", "sim", "node", "cli");

    private final Path root = House.root();
    private final List<Path> sources = new ArrayList<>();

    @BeforeAll
    void findTheSources() throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                boolean skip = SKIPPED.contains(folder.getFileName().toString());
                return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                if (isText(file)) {
                    sources.add(root.relativize(file));
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private boolean isText(Path file) {
        String name = file.getFileName().toString();
        Path folder = root.relativize(file).getParent();
        boolean script = folder != null
                && (folder.toString().equals("bin") || folder.toString().equals(".ci"));
        return script || TEXT.contains(name.substring(name.lastIndexOf('.') + 1));
    }

    @Test
    void nothingIsUntidy() {
        List<String> findings = sources.stream()
                .flatMap(path -> Tidy.findings(path, text(path)).stream())
                .sorted()
                .toList();
        assertThat(findings).isEmpty();
    }

    @Test
    void everyPackageHasACaption() {
        Set<Path> bare = new TreeSet<>();
        for (Path path : sources) {
            Path folder = Objects.requireNonNull(root.resolve(path).getParent());
            // An embedder's program is one class; it needs no caption.
            boolean inPackage = !path.startsWith("examples")
                    && path.toString().contains("/java/")
                    && path.toString().endsWith(".java");
            if (inPackage
                    && !path.endsWith("module-info.java")
                    && !sources.contains(root.relativize(folder.resolve("package-info.java")))
                    && !hasMainTwin(folder)) {
                bare.add(folder);
            }
        }
        assertThat(bare).isEmpty();
    }

    /** The tests of a package live in it, and it has its caption in the main sources. */
    private boolean hasMainTwin(Path folder) {
        String main = root.relativize(folder).toString().replaceFirst("src/\\w+/java", "src/main/java");
        return sources.contains(Path.of(main, "package-info.java"));
    }

    @Test
    void everyShippedModuleDescribesItself() {
        assertThat(SHIPPED).allSatisfy(module -> {
            assertThat(sources).contains(Path.of(module, "src/main/java/module-info.java"));
            assertThat(text(Path.of(module, "src/main/java/module-info.java"))).contains("/**");
        });
    }

    @Test
    void theSourcesWereRead() {
        assertThat(sources).hasSizeGreaterThan(100);
    }

    private String text(Path path) {
        try {
            return Files.readString(root.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(path.toString(), e);
        }
    }
}
