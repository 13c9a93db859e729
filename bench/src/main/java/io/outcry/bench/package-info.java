/**
 * What it costs, always beside something else: JMH benchmarks whose parameter {@code by} names the contenders, the last of
 * which is the baseline, and the table that shows their ratios.
 *
 * <pre>
 *   *Benchmark (JMH) ─► BenchTable ─► Markdown      replay.ReplayRace ─► Markdown
 * </pre>
 */
@NullMarked
package io.outcry.bench;

import org.jspecify.annotations.NullMarked;
