package io.outcry.conformance.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outcry.transport.muxer.MuxerError;
import io.outcry.transport.muxer.MuxerSink;
import io.outcry.transport.muxer.WindowBudget;
import io.outcry.transport.yamux.Yamux;
import io.outcry.transport.yamux.YamuxParams;

/** A session hears whatever comes, ends at most once, and never holds more than it may. */
final class YamuxFuzzing {

    private static final int UNCONSUMED_MAX = 1 << 20;

    @FuzzTest(maxDuration = "20s")
    void anyBytesEndTheSessionOnceOrNot(byte[] bytes) {
        Ear ear = new Ear();
        YamuxParams params = YamuxParams.builder()
                .limits(limits -> limits.unconsumedMax(UNCONSUMED_MAX))
                .build();
        Yamux yamux = new Yamux(false, params, WindowBudget.NONE, ear, 0);
        try {
            // The first byte says how the rest is cut.
            int step = bytes.length == 0 ? 1 : 1 + (bytes[0] & 0xff);
            for (int at = 0; at < bytes.length; at += step) {
                ByteBuf part = Unpooled.wrappedBuffer(bytes, at, Math.min(step, bytes.length - at));
                yamux.onBytes(part, at);
                ByteBuf out = Unpooled.buffer();
                yamux.write(out, 4_096, at);
            }
        } finally {
            yamux.close();
        }
        if (ear.errors > 1 || ear.received > bytes.length) {
            throw new AssertionError(ear.errors + " ends, " + ear.received + " bytes of " + bytes.length);
        }
    }

    private static final class Ear implements MuxerSink {
        private int errors;
        private long received;

        @Override
        public boolean onStreamOpened(long stream) {
            return stream % 5 != 0;
        }

        @Override
        public void onData(long stream, ByteBuf data) {
            received += data.readableBytes();
        }

        @Override
        public void onRemoteClosed(long stream) {}

        @Override
        public void onReset(long stream, long code) {}

        @Override
        public void onStreamFailed(long stream, MuxerError error, String why) {}

        @Override
        public void onWritten(long stream, int bytes) {}

        @Override
        public void onWriteClosed(long stream) {}

        @Override
        public void onClosed(long stream) {}

        @Override
        public void onRoundTrip(long rttNs) {}

        @Override
        public void onGoAway(long code) {}

        @Override
        public void onSessionError(MuxerError error, String why) {
            errors++;
        }
    }
}
