package io.outcry.transport;

/**
 * When the connection manager makes room.
 *
 * @param low trimming stops at this many connections
 * @param high trimming starts above this many
 * @param graceMs a connection younger than this is spared
 * @param silenceMs the least time between two trims
 */
public record WaterMarks(int low, int high, long graceMs, long silenceMs) {

    /** 160 / 192 connections, one minute of grace, ten seconds of silence, as go-libp2p has them. */
    public static final WaterMarks DEFAULT = new WaterMarks(160, 192, 60_000, 10_000);

    public WaterMarks {
        if (low < 0 || high < low) {
            throw new IllegalArgumentException(
                    "water marks need 0 <= low <= high, but low is " + low + " and high " + high);
        }
        if (graceMs < 0 || silenceMs < 0) {
            throw new IllegalArgumentException("graceMs and silenceMs are durations: " + graceMs + ", " + silenceMs);
        }
    }
}
