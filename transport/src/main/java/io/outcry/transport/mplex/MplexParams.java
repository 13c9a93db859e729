package io.outcry.transport.mplex;

import static io.outcry.transport.muxer.MuxerLimits.require;

import io.outcry.transport.muxer.MuxerLimits;
import java.util.function.UnaryOperator;

/**
 * The limits of an mplex session.
 *
 * @param limits what bounds any session
 * @param streamUnconsumedMax bytes of one stream delivered and not consumed, at which {@code overflow} applies; no more than
 *     all streams together may have
 * @param overflow what happens to a stream whose reader falls behind
 */
public record MplexParams(MuxerLimits limits, long streamUnconsumedMax, Overflow overflow) {

    /** A slow reader's choice of evils. */
    public enum Overflow {
        /** The slow stream is reset; the others go on. */
        RESET,
        /** Input pauses: nothing is lost, but every stream of the connection waits for the slow one. */
        BLOCK
    }

    public static final MplexParams DEFAULT = builder().build();

    public MplexParams {
        require(
                streamUnconsumedMax >= 1 && streamUnconsumedMax <= limits.unconsumedMax(),
                "streamUnconsumedMax",
                streamUnconsumedMax);
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Starts from the defaults. */
    public static final class Builder {
        private MuxerLimits limits = MuxerLimits.DEFAULT;
        private long streamUnconsumedMax = 4 << 20;
        private Overflow overflow = Overflow.RESET;

        private Builder() {}

        public Builder limits(MuxerLimits value) {
            limits = value;
            return this;
        }

        /** The default limits, changed. */
        public Builder limits(UnaryOperator<MuxerLimits.Builder> change) {
            return limits(change.apply(MuxerLimits.builder()).build());
        }

        public Builder streamUnconsumedMax(long value) {
            streamUnconsumedMax = value;
            return this;
        }

        public Builder overflow(Overflow value) {
            overflow = value;
            return this;
        }

        public MplexParams build() {
            return new MplexParams(limits, streamUnconsumedMax, overflow);
        }
    }
}
