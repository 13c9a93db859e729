package io.outcry.transport.dial;

/**
 * Bounds and times of a {@link Dialer}.
 *
 * @param attempts sockets in dial at once
 * @param attemptsPerDial of them, for one peer
 * @param dials peers being dialled or waiting for it
 * @param staggerMs head start of an address over the next
 * @param attemptMs for one address
 * @param dialMs for one peer
 */
public record DialLimits(int attempts, int attemptsPerDial, int dials, long staggerMs, long attemptMs, long dialMs) {

    public DialLimits {
        if (attempts <= 0 || attemptsPerDial <= 0 || dials <= 0) {
            throw new IllegalArgumentException(
                    "dial limits must be positive: " + attempts + ", " + attemptsPerDial + ", " + dials);
        }
        if (staggerMs < 0 || attemptMs <= 0 || dialMs <= 0) {
            throw new IllegalArgumentException(
                    "dial times must be positive: " + staggerMs + ", " + attemptMs + ", " + dialMs);
        }
    }
}
