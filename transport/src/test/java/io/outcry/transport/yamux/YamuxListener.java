package io.outcry.transport.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.VirtualClock;
import io.outcry.transport.muxer.MuxEnd;
import io.outcry.transport.muxer.MuxerError;
import io.outcry.transport.muxer.WindowBudget;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;

/** A listener's session, and what to tell it. */
@ExtendWith(LeakCheck.class)
abstract class YamuxListener {

    static final int SYN = 1;
    static final int ACK = 2;
    static final int FIN = 4;
    static final int RST = 8;
    static final int DATA = 0;
    static final int WINDOW = 1;
    static final int PING = 2;
    static final int GO_AWAY = 3;
    static final int START = 256 << 10;

    final VirtualClock clock = new VirtualClock();
    MuxEnd end = end(YamuxParams.builder().keepAliveMs(0), WindowBudget.UNBOUNDED);

    @AfterEach
    void close() {
        end.close();
    }

    MuxEnd end(YamuxParams.Builder params, WindowBudget budget) {
        return new MuxEnd(sink -> new Yamux(false, params.build(), budget, sink, clock.nowNs()));
    }

    Yamux yamux() {
        return (Yamux) end.muxer;
    }

    void in(byte[]... frames) {
        end.receive(Bytes.concat(frames), clock.nowNs());
    }

    List<RawFrame> out() {
        ByteBuf out = PooledByteBufAllocator.DEFAULT.buffer();
        while (end.muxer.hasOutput()) {
            end.muxer.write(out, 64 << 10, clock.nowNs());
        }
        byte[] bytes = ByteBufUtil.getBytes(out);
        out.release();
        return RawFrame.parse(bytes);
    }

    void measureRoundTrip(long rttMs) {
        end.muxer.onTick(clock.nowNs());
        RawFrame ping = out().get(0);
        assertThat(ping.is(PING, SYN, 0, ping.length())).isTrue();
        clock.advanceMs(rttMs);
        in(RawFrame.ping(ACK, (int) ping.length()));
    }

    void assertFailed(MuxerError error, String why) {
        assertThat(end.error).isEqualTo(error);
        assertThat(end.why).contains(why);
        assertThat(end.muxer.streamCount()).isZero();
        assertThat(out()).containsExactly(frame(GO_AWAY, 0, 0, Yamux.GO_AWAY_PROTOCOL));
        assertThat(end.muxer.hasOutput()).isFalse();
    }

    static RawFrame frame(int type, int flags, int stream, long length) {
        return new RawFrame(type, flags, stream, length, RawFrame.NOTHING);
    }

    static RawFrame data(int stream, int length) {
        return new RawFrame(DATA, 0, stream, length, new byte[length]);
    }
}
