package io.outcry.transport.muxer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outcry.testkit.VirtualClock;
import java.util.function.BiFunction;

/** Two ends with a wire between them, which carries bytes when told to. */
public final class MuxPair implements AutoCloseable {

    /** Makes the end that dialled, or the other. */
    public interface Maker extends BiFunction<Boolean, MuxerSink, Muxer> {}

    private static final int WRITE_MAX = 64 << 10;

    public final VirtualClock clock = new VirtualClock();
    public final MuxEnd dialer;
    public final MuxEnd listener;

    public MuxPair(Maker dialerMaker, Maker listenerMaker) {
        dialer = new MuxEnd(sink -> dialerMaker.apply(true, sink));
        listener = new MuxEnd(sink -> listenerMaker.apply(false, sink));
    }

    public long nowNs() {
        return clock.nowNs();
    }

    /** Carries until both have nothing to say; the listener may be slow to consume. */
    public void settle() {
        for (int rounds = 0; dialer.muxer.hasOutput() || listener.muxer.hasOutput(); rounds++) {
            assertThat(rounds).as("the two come to rest").isLessThan(1_000_000);
            carry(dialer, listener);
            carry(listener, dialer);
        }
    }

    /** Carries one write's worth; returns its bytes. */
    public int carry(MuxEnd from, MuxEnd to) {
        if (!from.muxer.hasOutput()) {
            return 0;
        }
        ByteBuf wire = Unpooled.buffer(256);
        int written = from.muxer.write(wire, WRITE_MAX, nowNs());
        assertThat(written).isEqualTo(wire.readableBytes()).isPositive().isLessThanOrEqualTo(WRITE_MAX);
        to.receive(wire, nowNs());
        return written;
    }

    /** Opens a stream and lets the other end learn of it; the stream's log at each end. */
    public MuxEnd.Log[] stream() {
        long handle = dialer.open(nowNs());
        assertThat(handle).isPositive();
        settle();
        return new MuxEnd.Log[] {dialer.log(handle), listener.last()};
    }

    @Override
    public void close() {
        dialer.close();
        listener.close();
    }
}
