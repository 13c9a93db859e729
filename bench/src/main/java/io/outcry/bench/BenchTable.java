package io.outcry.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * {@code BenchTable [--smoke] [--forks N] [--out FILE] [PATTERN …]} runs the JMH benchmarks whose names match and writes a
 * Markdown table: for each contender how many times as fast as the baseline it was, in the same run. {@code --smoke} runs
 * each for an instant in this process, to see that it runs at all; its figures mean nothing.
 */
public final class BenchTable {

    /** The parameter whose values are compared; the last one is the baseline. */
    private static final String CONTENDER = "by";

    private BenchTable() {}

    /** Runs them. */
    public static void main(String[] args) throws RunnerException, IOException {
        boolean smoke = false;
        int forks = 1;
        Path file = null;
        List<String> patterns = new ArrayList<>();
        for (int i = 0; i < args.length; i++) {
            switch (args[i]) {
                case "--smoke" -> smoke = true;
                case "--forks" -> forks = Integer.parseInt(args[++i]);
                case "--out" -> file = Path.of(args[++i]);
                default -> patterns.add(args[i]);
            }
        }
        ChainedOptionsBuilder options = new OptionsBuilder().shouldFailOnError(true);
        (patterns.isEmpty() ? List.of("io\\.outcry\\.bench\\..*") : patterns).forEach(options::include);
        if (smoke) {
            options.forks(0).warmupIterations(0).measurementIterations(1).measurementTime(TimeValue.milliseconds(20));
        } else {
            options.forks(forks)
                    .warmupIterations(3)
                    .warmupTime(TimeValue.seconds(1))
                    .measurementIterations(5)
                    .measurementTime(TimeValue.seconds(1))
                    .jvmArgs("-Xmx2g");
        }
        Collection<RunResult> results = new Runner(options.build()).run();
        print(System.out, results);
        if (file != null) {
            try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
                print(out, results);
            }
        }
    }

    private record Row(String by, double score, double error) {}

    private static void print(PrintStream out, Collection<RunResult> results) {
        Map<String, List<Row>> groups = new TreeMap<>();
        for (RunResult result : results) {
            BenchmarkParams params = result.getParams();
            Result<?> score = result.getPrimaryResult();
            groups.computeIfAbsent(group(params), name -> new ArrayList<>())
                    .add(new Row(params.getParam(CONTENDER), score.getScore(), score.getScoreError()));
        }
        out.println("\n| what | who | ratio | ns, mean | ± |\n|---|---|---|---|---|");
        groups.forEach((name, rows) -> {
            Row baseline = rows.get(rows.size() - 1);
            for (Row row : rows) {
                out.printf(
                        Locale.ROOT,
                        "| %s | %s | %s | %,.0f | %s |%n",
                        name,
                        row.by,
                        row.equals(baseline)
                                ? "baseline"
                                : String.format(Locale.ROOT, "**%.2f×** as fast", baseline.score / row.score),
                        row.score,
                        Double.isNaN(row.error) ? "–" : String.format(Locale.ROOT, "%,.0f", row.error));
            }
        });
    }

    /** The benchmark and its parameters but the contender. */
    private static String group(BenchmarkParams params) {
        String name = params.getBenchmark();
        StringBuilder group = new StringBuilder(name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1));
        for (String key : params.getParamsKeys()) {
            if (!key.equals(CONTENDER)) {
                group.append(", ").append(key).append(' ').append(params.getParam(key));
            }
        }
        return group.toString();
    }
}
