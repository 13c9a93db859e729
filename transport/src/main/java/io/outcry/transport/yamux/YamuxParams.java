package io.outcry.transport.yamux;

import static io.outcry.transport.muxer.MuxerLimits.require;

import io.outcry.transport.muxer.MuxerLimits;
import java.util.function.UnaryOperator;

/**
 * The limits of a yamux session.
 *
 * <p><b>Units</b>: windows in bytes, times in milliseconds.
 *
 * @param limits what bounds any session; at least one window may wait unconsumed
 * @param ackBacklogMax opens of this side that may wait for their acknowledgement
 * @param initialWindow receive window of a stream from its open, at least {@link Yamux#WINDOW_START}
 * @param windowMax what autotuning may make of a stream's receive window
 * @param keepAliveMs between two pings; 0 for none
 * @param pingTimeoutMs silence after a ping that ends the session
 */
public record YamuxParams(
        MuxerLimits limits, int ackBacklogMax, int initialWindow, int windowMax, long keepAliveMs, long pingTimeoutMs) {

    /** What the deployed peers use. */
    public static final YamuxParams DEFAULT = builder().build();

    public YamuxParams {
        require(limits.unconsumedMax() >= Yamux.WINDOW_START, "unconsumedMax", limits.unconsumedMax());
        require(ackBacklogMax >= 1, "ackBacklogMax", ackBacklogMax);
        require(initialWindow >= Yamux.WINDOW_START, "initialWindow", initialWindow);
        require(windowMax >= initialWindow, "windowMax", windowMax);
        require(keepAliveMs >= 0, "keepAliveMs", keepAliveMs);
        require(pingTimeoutMs >= 1, "pingTimeoutMs", pingTimeoutMs);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Starts from the defaults. */
    public static final class Builder {
        private MuxerLimits limits = MuxerLimits.DEFAULT;
        private int ackBacklogMax = 256;
        private int initialWindow = Yamux.WINDOW_START;
        private int windowMax = 16 << 20;
        private long keepAliveMs = 30_000;
        private long pingTimeoutMs = 10_000;

        private Builder() {}

        public Builder limits(MuxerLimits value) {
            limits = value;
            return this;
        }

        /** The default limits, changed. */
        public Builder limits(UnaryOperator<MuxerLimits.Builder> change) {
            return limits(change.apply(MuxerLimits.builder()).build());
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

        public Builder keepAliveMs(long value) {
            keepAliveMs = value;
            return this;
        }

        public Builder pingTimeoutMs(long value) {
            pingTimeoutMs = value;
            return this;
        }

        public YamuxParams build() {
            return new YamuxParams(limits, ackBacklogMax, initialWindow, windowMax, keepAliveMs, pingTimeoutMs);
        }
    }
}
