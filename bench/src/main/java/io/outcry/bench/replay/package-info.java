/**
 * The engine beside its rivals: one process, one stream, interleaved rounds, the same reports.
 *
 * <pre>
 *   OrderStream ─┬─► Outcry         ─┐
 *                ├─► parity-match    ├─► ReportLog ─► SHA-256 (must be one)   time, bytes ─► ratios
 *                └─► exchange-core  ─┘
 * </pre>
 */
@NullMarked
package io.outcry.bench.replay;

import org.jspecify.annotations.NullMarked;
