package io.outcry.transport;

/**
 * What a perf run measured.
 *
 * @param uploadedBytes sent to the peer
 * @param downloadedBytes received from it
 * @param uploadNs from the first byte written to the half-close having left
 * @param downloadNs from then to the peer's end
 */
public record PerfResult(long uploadedBytes, long downloadedBytes, long uploadNs, long downloadNs) {}
