package io.outcry.transport.yamux;

/**
 * The limits of a yamux session.
 *
 * <p><b>Units</b>: windows, frames and caps in bytes, times in milliseconds.
 *
 * @param inboundStreamsMax streams the peer may have open; one more is reset
 * @param outboundStreamsMax streams this side may have open
 * @param ackBacklogMax opens of this side that may wait for their acknowledgement
 * @param initialWindow receive window of a stream from its open, at least {@link Yamux#WINDOW_START}
 * @param windowMax what autotuning may make of a stream's receive window
 * @param unconsumedMax bytes of all streams delivered and not consumed, at which input pauses; windows do not grow beyond it
 * @param frameDataMax data in one frame sent: small enough that streams interleave
 * @param openBurst streams the peer may open at once
 * @param openPerSecond streams the peer may open for long
 * @param keepAliveMs between two pings; 0 for none
 * @param pingTimeoutMs silence after a ping that ends the session
 * @param writeTimeoutMs how long output may wait without progress
 */
public record YamuxParams(
        int inboundStreamsMax,
        int outboundStreamsMax,
        int ackBacklogMax,
        int initialWindow,
        int windowMax,
        long unconsumedMax,
        int frameDataMax,
        int openBurst,
        int openPerSecond,
        long keepAliveMs,
        long pingTimeoutMs,
        long writeTimeoutMs) {

    /** What the deployed peers use, and rates where they have none. */
    public static final YamuxParams DEFAULT = builder().build();

    public YamuxParams {
        require(inboundStreamsMax >= 0, "inboundStreamsMax", inboundStreamsMax);
        require(outboundStreamsMax >= 0, "outboundStreamsMax", outboundStreamsMax);
        require(ackBacklogMax >= 1, "ackBacklogMax", ackBacklogMax);
        require(initialWindow >= Yamux.WINDOW_START, "initialWindow", initialWindow);
        require(windowMax >= initialWindow, "windowMax", windowMax);
        require(unconsumedMax >= Yamux.WINDOW_START, "unconsumedMax", unconsumedMax);
        require(frameDataMax >= 1 && frameDataMax <= 1 << 20, "frameDataMax", frameDataMax);
        require(openBurst >= 1, "openBurst", openBurst);
        require(openPerSecond >= 1, "openPerSecond", openPerSecond);
        require(keepAliveMs >= 0, "keepAliveMs", keepAliveMs);
        require(pingTimeoutMs >= 1, "pingTimeoutMs", pingTimeoutMs);
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
        private int ackBacklogMax = 256;
        private int initialWindow = Yamux.WINDOW_START;
        private int windowMax = 16 << 20;
        private long unconsumedMax = 32 << 20;
        private int frameDataMax = 16 << 10;
        private int openBurst = 1000;
        private int openPerSecond = 500;
        private long keepAliveMs = 30_000;
        private long pingTimeoutMs = 10_000;
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

        public Builder ackBacklogMax(int value) {
            ackBacklogMax = value;
            return this;
        }

        public Builder initialWindow(int value) {
            initialWindow = value;
            return this;
        }

        public Builder windowMax(int value) {
            windowMax = value;
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

        public Builder keepAliveMs(long value) {
            keepAliveMs = value;
            return this;
        }

        public Builder pingTimeoutMs(long value) {
            pingTimeoutMs = value;
            return this;
        }

        public Builder writeTimeoutMs(long value) {
            writeTimeoutMs = value;
            return this;
        }

        public YamuxParams build() {
            return new YamuxParams(
                    inboundStreamsMax,
                    outboundStreamsMax,
                    ackBacklogMax,
                    initialWindow,
                    windowMax,
                    unconsumedMax,
                    frameDataMax,
                    openBurst,
                    openPerSecond,
                    keepAliveMs,
                    pingTimeoutMs,
                    writeTimeoutMs);
        }
    }
}
