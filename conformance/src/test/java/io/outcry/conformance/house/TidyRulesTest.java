package io.outcry.conformance.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Tidy finds what was planted for it. */
final class TidyRulesTest {

    private static final String TEST = "core/src/test/java/io/outcry/core/XTest.java";
    private static final String MAIN = "core/src/main/java/io/outcry/core/X.java";
    private static final String INFO = "core/src/main/java/io/outcry/core/package-info.java";

    static Stream<Arguments> planted() {
        return Stream.of(
                Arguments.of(MAIN, "line\n".repeat(Tidy.LINES_MAX + 1), "601 lines"),
                Arguments.of(MAIN, "// TO" + "DO later", "work is left"),
                Arguments.of(MAIN, "int x; // FIX" + "ME", "work is left"),
                Arguments.of(MAIN, "Path.of(\"/ro" + "ot/x\")", "folder of one machine"),
                Arguments.of("README.md", "see /wo" + "rk/main", "folder of one machine"),
                Arguments.of("README.md", "cd /ho" + "me/ann/outcry", "folder of one machine"),
                Arguments.of("pom.xml", "<url>https://repo1.mav" + "en.org</url>", "package registry"),
                Arguments.of(
                        "package-lock.json", "\"resolved\": \"https://registry.npm" + "js.org/x\"", "package registry"),
                Arguments.of(MAIN, "a\n<<<<<<" + "< HEAD\nb", "scar of a merge"),
                Arguments.of(MAIN, "    // counter = counter + 1;\n", "commented-out code"),
                Arguments.of(MAIN, "e.printStack" + "Trace();", "stack trace"),
                Arguments.of(MAIN, "@SuppressWarnings(\"a" + "ll\")", "all warnings"),
                Arguments.of(
                        MAIN,
                        "    void x(\n            int y) {\n" + "        z();\n".repeat(58) + "    }\n",
                        "a method fits"),
                Arguments.of(TEST, "Thread.sl" + "eep(10);", "sleeps"),
                Arguments.of(TEST, "LockSupport.park" + "Nanos(10);", "sleeps"),
                Arguments.of(TEST, "TimeUnit.SECONDS.sl" + "eep(1);", "sleeps"),
                Arguments.of(TEST, "@Dis" + "abled", "switched off"),
                Arguments.of(TEST, "assu" + "meTrue(hasNetwork());", "switched off"),
                Arguments.of(TEST, "@Re" + "try(3)", "tried again"),
                Arguments.of(INFO, "/** What the room is for. <pre>a</pre> */ package x;", "not @NullMarked"),
                Arguments.of(INFO, "@NullMarked package x;", "no caption"),
                Arguments.of(INFO, "/** What the room is for. */ @NullMarked package x;", "no data flow"));
    }

    @ParameterizedTest
    @MethodSource("planted")
    void finds(String path, String text, String finding) {
        assertThat(Tidy.findings(Path.of(path), text)).anyMatch(line -> line.contains(finding));
    }

    @Test
    void letsHonestTextPass() {
        assertThat(Tidy.findings(Path.of(MAIN), "// It waits; see section 2.\nint a = 1;\n"))
                .isEmpty();
        assertThat(Tidy.findings(Path.of(MAIN), "    void x() {\n" + "        z();\n".repeat(58) + "    }\n"))
                .isEmpty();
        assertThat(Tidy.findings(Path.of("README.md"), "https://example.com/home/ann/ and target/work/x"))
                .isEmpty();
        assertThat(Tidy.findings(Path.of(INFO), "/** What it is for. <pre>a ─► b</pre> */ @NullMarked package x;"))
                .isEmpty();
    }
}
