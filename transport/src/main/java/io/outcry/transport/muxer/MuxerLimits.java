package io.outcry.transport.muxer;

/**
 * What bounds a session, whatever its protocol.
 *
 * <p><b>Units</b>: caps and frames in bytes, times in milliseconds.
 *
 * @param inboundStreamsMax streams the peer may have open; one more is reset
 * @param outboundStreamsMax streams this side may have open
 * @param unconsumedMax bytes of all streams delivered and not consumed, at which input pauses; windows do not grow beyond it
 * @param frameDataMax data in one frame sent: small enough that streams interleave
 * @param openBurst streams the peer may open at once
 * @param openPerSecond streams the peer may open for long
 * @param writeTimeoutMs how long output may wait without progress
 */
public record MuxerLimits(
        int inboundStreamsMax,
        int outboundStreamsMax,
        long unconsumedMax,
        int frameDataMax,
        int openBurst,
        int openPerSecond,
        long writeTimeoutMs) {

    /** What the deployed peers use, and rates where they have none. */
    public static final MuxerLimits DEFAULT = builder().build();

    /** Longest frame sent: what every protocol and peer takes. */
    public static final int FRAME_DATA_MAX = 1 << 20;

    /** Throws {@link IllegalArgumentException}, naming limit and value, for one that makes no sense. */
    public MuxerLimits {
        require(inboundStreamsMax >= 0, "inboundStreamsMax", inboundStreamsMax);
        require(outboundStreamsMax >= 0, "outboundStreamsMax", outboundStreamsMax);
        require(unconsumedMax >= 1, "unconsumedMax", unconsumedMax);
        require(frameDataMax >= 1 && frameDataMax <= FRAME_DATA_MAX, "frameDataMax", frameDataMax);
        require(openBurst >= 1, "openBurst", openBurst);
        require(openPerSecond >= 1, "openPerSecond", openPerSecond);
        require(writeTimeoutMs >= 1, "writeTimeoutMs", writeTimeoutMs);
    }

    /** For the limits that one protocol has beside these. */
    public static void require(boolean holds, String name, long value) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is out of range: " + value);
        }
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Starts from the defaults. */
    public static final class Builder {
        private int inboundStreamsMax = 1024;
        private int outboundStreamsMax = 1024;
        private long unconsumedMax = 32 << 20;
        private int frameDataMax = 16 << 10;
        private int openBurst = 1000;
        private int openPerSecond = 500;
        private long writeTimeoutMs = 10_000;

        private Builder() {}

        public Builder inboundStreamsMax(int value) {
            inboundStreamsMax = value;
            return this;
        }

        public Builder outboundStreamsMax(int value) {
            outboundStreamsMax = value;
            return this;
        }

        public Builder unconsumedMax(long value) {
            unconsumedMax = value;
            return this;
        }

        public Builder frameDataMax(int value) {
            frameDataMax = value;
            return this;
        }

        public Builder openBurst(int value) {
            openBurst = value;
            return this;
        }

        public Builder openPerSecond(int value) {
            openPerSecond = value;
            return this;
        }

        public Builder writeTimeoutMs(long value) {
            writeTimeoutMs = value;
            return this;
        }

        public MuxerLimits build() {
            return new MuxerLimits(
                    inboundStreamsMax,
                    outboundStreamsMax,
                    unconsumedMax,
                    frameDataMax,
                    openBurst,
                    openPerSecond,
                    writeTimeoutMs);
        }
    }
}
