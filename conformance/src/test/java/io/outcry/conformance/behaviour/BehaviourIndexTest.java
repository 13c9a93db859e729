package io.outcry.conformance.behaviour;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.conformance.house.House;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every behaviour is held by a test that exists, or says what it waits for. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BehaviourIndexTest {

    /** A list, how many behaviours it has, and how many are held at least. */
    private enum Index {
        TRANSPORT("/behaviours.txt", 185, 150),
        GOSSIP("/gossip-behaviours.txt", 236, 130);

        private final String file;
        private final int behaviours;
        private final int heldAtLeast;

        Index(String file, int behaviours, int heldAtLeast) {
            this.file = file;
            this.behaviours = behaviours;
            this.heldAtLeast = heldAtLeast;
        }
    }

    /** What surefire runs; another class holds a behaviour only through one of these that extends it. */
    private static final Pattern RUN = Pattern.compile("\\w+(Test|IT|Fuzz)");

    private static final Pattern ANNOTATION = Pattern.compile("@(Test|ParameterizedTest|RepeatedTest)\\b");

    private record Behaviour(int number, String what, List<String> tests) {
        boolean waits() {
            return tests.size() == 1 && tests.get(0).startsWith("later: ");
        }
    }

    private final Map<Index, List<Behaviour>> indices = new EnumMap<>(Index.class);
    private final Map<String, String> sources = new HashMap<>();

    @BeforeAll
    void read() throws IOException {
        for (Index index : Index.values()) {
            try (InputStream in = BehaviourIndexTest.class.getResourceAsStream(index.file)) {
                String text = new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
                indices.put(
                        index,
                        text.lines()
                                .filter(line -> !line.startsWith("#"))
                                .map(BehaviourIndexTest::parse)
                                .toList());
            }
        }
        try (Stream<Path> modules = Files.list(House.root())) {
            modules.map(module -> module.resolve("src/test/java"))
                    .filter(Files::isDirectory)
                    .forEach(this::readTests);
        }
    }

    private static Behaviour parse(String line) {
        String[] parts = line.split(" \\| ", -1);
        assertThat(parts).as(line).hasSize(3);
        return new Behaviour(Integer.parseInt(parts[0]), parts[1], List.of(parts[2].split(", ", -1)));
    }

    private void readTests(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.filter(f -> f.toString().endsWith(".java"))::iterator) {
                String name = file.getFileName().toString();
                sources.put(name.substring(0, name.length() - ".java".length()), Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyBehaviourIsThereOnce(Index index) {
        assertThat(behaviours(index).stream().map(Behaviour::number))
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, index.behaviours).boxed().toList());
    }

    private List<Behaviour> behaviours(Index index) {
        return Objects.requireNonNull(indices.get(index));
    }

    @ParameterizedTest
    @EnumSource
    void everyTestItNamesIsATest(Index index) {
        List<String> broken = behaviours(index).stream()
                .filter(behaviour -> !behaviour.waits())
                .flatMap(behaviour -> behaviour.tests().stream()
                        .filter(test -> !isTest(test))
                        .map(test -> behaviour.number() + " " + test))
                .toList();
        assertThat(broken).isEmpty();
    }

    /** The method stands in the source of its class, and behind it, before any other method, a test annotation. */
    private boolean isTest(String test) {
        String[] parts = test.split("#", -1);
        String source = parts.length == 2 ? sources.get(parts[0]) : null;
        if (source == null || !isRun(parts[0])) {
            return false;
        }
        Matcher method =
                Pattern.compile("\\bvoid " + Pattern.quote(parts[1]) + "\\(").matcher(source);
        if (!method.find()) {
            return false;
        }
        String before = source.substring(0, method.start());
        int from = Math.max(before.lastIndexOf("\n    }\n"), before.lastIndexOf(";\n\n"));
        return ANNOTATION.matcher(before.substring(Math.max(0, from))).find();
    }

    private boolean isRun(String name) {
        Pattern extended = Pattern.compile("\\bclass (\\w+) extends " + name + "\\b");
        return RUN.matcher(name).matches()
                || sources.values().stream()
                        .flatMap(source -> extended.matcher(source).results())
                        .anyMatch(heir -> RUN.matcher(heir.group(1)).matches());
    }

    @ParameterizedTest
    @EnumSource
    void aBehaviourWithoutATestSaysWhatItWaitsFor(Index index) {
        assertThat(behaviours(index))
                .allSatisfy(behaviour -> assertThat(behaviour.tests())
                        .as(behaviour.what())
                        .allSatisfy(test -> assertThat(test).matches("\\w+#\\w+|later: .+")));
        long held = behaviours(index).stream()
                .filter(behaviour -> !behaviour.waits())
                .count();
        System.out.println(index + ": " + held + " of " + index.behaviours + " behaviours are held by tests");
        assertThat(held).isGreaterThanOrEqualTo(index.heldAtLeast);
    }

    @Test
    void aTestThatIsNoneIsNoticed() {
        assertThat(isTest("BehaviourIndexTest#aTestThatIsNoneIsNoticed")).isTrue();
        assertThat(isTest("BehaviourIndexTest#read")).isFalse();
        assertThat(isTest("BehaviourIndexTest#nothing")).isFalse();
        assertThat(isTest("NoSuchTest#nothing")).isFalse();
    }

    @Test
    void aTestThatNobodyRunsIsNoticed() {
        BehaviourIndexTest other = new BehaviourIndexTest();
        other.sources.put("Contract", "abstract class Contract {\n    @Test\n    void holds() {}\n}\n");
        assertThat(other.isTest("Contract#holds")).isFalse();
        other.sources.put("HeirTest", "final class HeirTest extends Contract {}\n");
        assertThat(other.isTest("Contract#holds")).isTrue();
    }
}
