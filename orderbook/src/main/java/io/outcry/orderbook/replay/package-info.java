/**
 * Recorded order streams through the engine: the reports, their fingerprint, and how fast it went.
 *
 * <pre>
 *   FILE.bin[.gz] ─► OrderStream (columns) ─► OrderBook ─► ReportLog (one long[]) ─► lines, sorted ─► SHA-256
 * </pre>
 *
 * The streams are those of the public matching-engine-benchmark, so that a fingerprint compares with the engines listed
 * there.
 */
@NullMarked
package io.outcry.orderbook.replay;

import org.jspecify.annotations.NullMarked;
