package io.outcry.transport.mplex;

/**
 * The limits of an mplex session.
 *
 * <p><b>Units</b>: caps and frames in bytes, times in milliseconds.
 *
 * @param inboundStreamsMax streams the peer may have open; one more is reset
 * @param outboundStreamsMax streams this side may have open
 * @param streamUnconsumedMax bytes of one stream delivered and not consumed, at which {@code overflow} applies
 * @param unconsumedMax the same of all streams, at which input pauses
 * @param overflow what happens to a stream whose reader falls behind
 * @param frameDataMax data in one frame sent: small enough that streams interleave
 * @param openBurst streams the peer may open at once
 * @param openPerSecond streams the peer may open for long
 * @param writeTimeoutMs how long output may wait without progress
 */
public record MplexParams(
        int inboundStreamsMax,
        int outboundStreamsMax,
        long streamUnconsumedMax,
        long unconsumedMax,
        Overflow overflow,
        int frameDataMax,
        int openBurst,
        int openPerSecond,
        long writeTimeoutMs) {

    /** A slow reader's choice of evils. */
    public enum Overflow {
        /** The slow stream is reset; the others go on. */
        RESET,
        /** Input pauses: nothing is lost, but every stream of the connection waits for the slow one. */
        BLOCK
    }

    public static final MplexParams DEFAULT = builder().build();

    public MplexParams {
        require(inboundStreamsMax >= 0, "inboundStreamsMax", inboundStreamsMax);
        require(outboundStreamsMax >= 0, "outboundStreamsMax", outboundStreamsMax);
        require(streamUnconsumedMax >= 1, "streamUnconsumedMax", streamUnconsumedMax);
        require(unconsumedMax >= streamUnconsumedMax, "unconsumedMax", unconsumedMax);
        require(frameDataMax >= 1 && frameDataMax <= Mplex.MESSAGE_LENGTH_MAX, "frameDataMax", frameDataMax);
        require(openBurst >= 1, "openBurst", openBurst);
        require(openPerSecond >= 1, "openPerSecond", openPerSecond);
        require(writeTimeoutMs >= 1, "writeTimeoutMs", writeTimeoutMs);
    }

    private static void require(boolean holds, String name, long value) {
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
        private long streamUnconsumedMax = 4 << 20;
        private long unconsumedMax = 32 << 20;
        private Overflow overflow = Overflow.RESET;
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

        public Builder streamUnconsumedMax(long value) {
            streamUnconsumedMax = value;
            return this;
        }

        public Builder unconsumedMax(long value) {
            unconsumedMax = value;
            return this;
        }

        public Builder overflow(Overflow value) {
            overflow = value;
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

        public MplexParams build() {
            return new MplexParams(
                    inboundStreamsMax,
                    outboundStreamsMax,
                    streamUnconsumedMax,
                    unconsumedMax,
                    overflow,
                    frameDataMax,
                    openBurst,
                    openPerSecond,
                    writeTimeoutMs);
        }
    }
}
