package io.outcry.conformance.doors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.lang.module.ModuleReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program with a {@code module-info} of its own that requires one module of ours, and gets all it needs by that. */
final class ModulePathIT {

    private static final String MODULE = """
            module consumer {
                requires io.outcry.node;
            }
            """;

    private static final String PROGRAM = """
            package consumer;

            import io.outcry.core.identity.PeerId;
            import io.outcry.market.MarketSpec;
            import io.outcry.market.OrderId;
            import io.outcry.node.Market;
            import io.outcry.node.Node;
            import io.outcry.node.NodeOptions;
            import io.outcry.orderbook.Side;
            import io.outcry.transport.Host;

            final class Consumer {
                public static void main(String[] args) {
                    try (Node node = Node.start(NodeOptions.builder().build())) {
                        Host host = node.host();
                        PeerId peer = host.peerId();
                        Market market = node.markets().join(MarketSpec.of("BTC/USDT", "0.01", "0.001"));
                        market.ready().join();
                        OrderId order = market.submit(market.limit(Side.BUY, "100", "1")).join();
                        System.out.println(
                                Consumer.class.getModule().getName() + " entered " + order.owner().equals(peer));
                    }
                }
            }
            """;

    @Test
    void aModuleThatRequiresNodeTrades(@TempDir Path folder) throws Exception {
        String path = String.join(File.pathSeparator, modulesOf("io.outcry.node"));
        Path classes = compile(folder, path);
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx256m",
                        "--module-path",
                        path + File.pathSeparator + classes,
                        "--module",
                        "consumer/consumer.Consumer")
                .redirectError(folder.resolve("stderr").toFile())
                .start();
        String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor())
                .as(Files.readString(folder.resolve("stderr")))
                .isZero();
        assertThat(said.strip()).isEqualTo("consumer entered true");
    }

    private static Path compile(Path folder, String path) throws IOException {
        Path sources = Files.createDirectories(folder.resolve("src/consumer"));
        Path module = Files.writeString(folder.resolve("src/module-info.java"), MODULE);
        Path program = Files.writeString(sources.resolve("Consumer.java"), PROGRAM);
        Path classes = folder.resolve("classes");
        JavaCompiler javac = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "the tests run on a JDK");
        int status = javac.run(
                null,
                null,
                null,
                "--module-path",
                path,
                "-d",
                classes.toString(),
                module.toString(),
                program.toString());
        assertThat(status).as("javac").isZero();
        return classes;
    }

    /** Where a module and all it requires are, among what this test runs with. */
    private static List<String> modulesOf(String name) {
        String all = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        Map<String, ModuleReference> here = Stream.of(all.split(File.pathSeparator, -1))
                .map(entry -> ModuleFinder.of(Path.of(entry)))
                .flatMap(finder -> finder.findAll().stream())
                .collect(Collectors.toMap(
                        found -> found.descriptor().name(), found -> found, (one, other) -> one, LinkedHashMap::new));
        Map<String, ModuleReference> needed = new LinkedHashMap<>();
        Deque<String> open = new ArrayDeque<>(List.of(name));
        while (!open.isEmpty()) {
            String next = open.remove();
            ModuleReference found = here.get(next);
            if (found != null && needed.put(next, found) == null) {
                found.descriptor().requires().stream()
                        .filter(one -> !one.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                        .map(ModuleDescriptor.Requires::name)
                        .forEach(open::add);
            }
        }
        assertThat(needed).containsKey(name);
        return needed.values().stream()
                .map(ModuleReference::location)
                .flatMap(Optional::stream)
                .map(location -> Path.of(location).toString())
                .toList();
    }
}
