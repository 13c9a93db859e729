package io.outcry.conformance.house;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a source file must not be or say. Findings are sentences; none means tidy. */
final class Tidy {

    /** A file that passes it is two files. */
    static final int LINES_MAX = 600;

    /** A method fits a screen. */
    static final int METHOD_LINES_MAX = 60;

    private static final int CAPTION_MIN = 12;

    /** Words are put together here, so that this file does not say them. */
    private static final Map<String, Pattern> EVERYWHERE = Map.of(
            "says that work is left; do it, or open an issue",
            Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X|HA" + "CK)\\b"),
            "names a folder of one machine",
            Pattern.compile("(?<![\\w./:$}-])/(ro" + "ot|ho" + "me/\\w+|wo" + "rk|Us" + "ers/\\w+)/"),
            "names a host of a package registry",
            Pattern.compile("registry\\.npm" + "js|repo1?\\.mav" + "en|central\\.sona" + "type|proxy\\.gol" + "ang|py"
                    + "pi\\.org" + "|crates\\" + ".io|deb\\.deb" + "ian"),
            "carries the scar of a merge",
            Pattern.compile("^(<{7}|>{7}|\\|{7}) ", Pattern.MULTILINE));

    private static final Map<String, Pattern> IN_JAVA = Map.of(
            "is commented-out code", Pattern.compile("^\\s*//.*(\\)|\\w\\s[-+*/]?=\\s.*);\\s*$", Pattern.MULTILINE),
            "suppresses all warnings", Pattern.compile("@SuppressWarnings\\(\"all\"\\)"));

    private static final Map<String, Pattern> IN_MAIN =
            Map.of("hides a stack trace in the terminal", Pattern.compile("\\.printStack" + "Trace\\(\\)"));

    private static final Map<String, Pattern> IN_TESTS = Map.of(
            "sleeps instead of waiting for something",
            Pattern.compile("Thread\\.sl" + "eep|TimeUnit\\.\\w+\\.sl" + "eep|\\bpark" + "Nanos|\\bpark"
                    + "Until|\\bAwai" + "tility\\b"),
            "is switched off",
            Pattern.compile("@Dis" + "abled|@Ign" + "ore\\b|@Ena" + "bled(If|On|For)|\\bassu"
                    + "me(True|False|That|ThatCode)\\b"),
            "is tried again until it passes",
            Pattern.compile("@Re" + "try|rerunFailing" + "Tests"));

    /** The first line of a method: a type or modifiers, a name, a bracket; deeper lines are statements. */
    private static final Pattern METHOD = Pattern.compile(
            "^((?: {4}){1,2})(?! |return |throw |new |else |assert |yield |case |.*\\brecord )[\\w<>\\[\\], .?@&]*[\\w>\\]] \\w+\\([^;]*$");

    private Tidy() {}

    /** Looks at one text file; {@code path} is relative to the house. */
    static List<String> findings(Path path, String text) {
        List<String> findings = new ArrayList<>();
        String name = path.getFileName().toString();
        long lines = text.lines().count();
        boolean java = name.endsWith(".java");
        if (java && lines > LINES_MAX) {
            findings.add(path + " has " + lines + " lines, " + LINES_MAX + " at most; make it two files");
        }
        search(findings, path, text, EVERYWHERE);
        if (java) {
            methods(findings, path, text.lines().toList());
            search(findings, path, text, IN_JAVA);
            if (!path.toString().contains("src/main/")) {
                search(findings, path, text, IN_TESTS);
            } else {
                search(findings, path, text, IN_MAIN);
            }
        }
        if (name.equals("package-info.java")) {
            packageInfo(findings, path, text);
        }
        return findings;
    }

    private static void search(List<String> findings, Path path, String text, Map<String, Pattern> patterns) {
        patterns.forEach((what, pattern) -> pattern.matcher(text)
                .results()
                .forEach(hit -> findings.add(path + ":" + lineOf(text, hit.start()) + " " + what + ": "
                        + hit.group().strip())));
    }

    /** The formatter puts the end of a block under its beginning, so lengths can be read off the margin. */
    private static void methods(List<String> findings, Path path, List<String> lines) {
        for (int at = 0; at < lines.size(); at++) {
            Matcher header = METHOD.matcher(lines.get(at));
            if (!header.find()) {
                continue;
            }
            int to = at;
            while (to < lines.size() - 1 && !lines.get(to).matches(".*[{;}]")) {
                to++;
            }
            if (!lines.get(to).endsWith("{")) {
                continue;
            }
            String end = header.group(1) + "}";
            while (to < lines.size() - 1 && !lines.get(to).equals(end)) {
                to++;
            }
            if (to - at + 1 > METHOD_LINES_MAX) {
                findings.add(path + ":" + (at + 1) + " has " + (to - at + 1) + " lines, a method fits "
                        + METHOD_LINES_MAX + ": " + lines.get(at).strip());
            }
        }
    }

    private static long lineOf(String text, int offset) {
        return text.substring(0, offset).chars().filter(c -> c == '\n').count() + 1;
    }

    /** A package says what it is for; a shipped one also draws its data flow. */
    private static void packageInfo(List<String> findings, Path path, String text) {
        boolean test = path.toString().contains("src/test/");
        if (!text.contains("@NullMarked") && !(test && text.contains("@NullUnmarked"))) {
            findings.add(path + " is not @NullMarked");
        }
        int from = text.indexOf("/**");
        int to = text.indexOf("*/");
        String comment = from < 0 || to < from ? "" : text.substring(from + 3, to);
        String caption = comment.replaceAll("[*\\s]+", " ").strip();
        if (caption.length() < CAPTION_MIN || !caption.contains(".")) {
            findings.add(path + " has no caption that says what the package is for");
        }
        if (path.toString().contains("src/main/") && !comment.contains("<pre>")) {
            findings.add(path + " draws no data flow (a <pre> block)");
        }
    }
}
