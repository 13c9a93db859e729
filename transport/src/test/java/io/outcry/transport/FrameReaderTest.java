package io.outcry.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Seeds;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(LeakCheck.class)
class FrameReaderTest {

    private static final int MAX = 5_000;

    private final List<String> calls = new ArrayList<>();
    private final Stream stream = (Stream) Proxy.newProxyInstance(
            Stream.class.getClassLoader(), new Class<?>[] {Stream.class}, (self, method, arguments) -> {
                calls.add(method.getName());
                return null;
            });
    private final List<byte[]> frames = new ArrayList<>();
    private int ends;
    private final FrameReader reader = new FrameReader(MAX, new FrameReader.Listener() {
        @Override
        public void onFrame(Stream from, byte[] frame) {
            frames.add(frame);
        }

        @Override
        public void onEnd(Stream from, @Nullable StreamException cause) {
            ends++;
        }
    });

    private void hear(byte[] bytes, int from, int length) {
        ByteBuf data = PooledByteBufAllocator.DEFAULT.directBuffer(Math.max(1, length));
        try {
            reader.onData(stream, data.writeBytes(bytes, from, length));
        } finally {
            data.release();
        }
    }

    private void hear(int... bytes) {
        byte[] wire = new byte[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            wire[i] = (byte) bytes[i];
        }
        hear(wire, 0, wire.length);
    }

    @Test
    void framesComeBackHoweverTheyAreCut() {
        long seed = Seeds.pick();
        RandomGenerator random = Seeds.random(seed);
        List<byte[]> sent = new ArrayList<>();
        ByteBuf wire = Unpooled.buffer();
        for (int length : new int[] {0, 1, 127, 128, 1_023, 1_024, 1_025, 2_049, MAX, 0, 3}) {
            byte[] body = new byte[length];
            random.nextBytes(body);
            sent.add(body);
            ByteBuf framed = FrameReader.framed(body);
            wire.writeBytes(framed);
            framed.release();
        }
        byte[] all = new byte[wire.readableBytes()];
        wire.readBytes(all).release();
        for (int at = 0; at < all.length; ) {
            int chunk = Math.min(all.length - at, 1 + random.nextInt(random.nextBoolean() ? 3 : 1_500));
            hear(all, at, chunk);
            at += chunk;
        }
        assertThat(frames).as("seed %d", seed).hasSameSizeAs(sent);
        for (int i = 0; i < sent.size(); i++) {
            assertThat(frames.get(i)).as("frame %d, seed %d", i, seed).isEqualTo(sent.get(i));
        }
        assertThat(calls).isEmpty();
    }

    @Test
    void aLengthBeyondTheLimitResetsTheStreamAndNothingMoreIsHeard() {
        hear(1, 42, 0x89, 0x27, 1, 2, 3); // 42, and then a frame of 5001
        hear(1, 43);
        assertThat(frames).singleElement().isEqualTo(new byte[] {42});
        assertThat(calls).containsExactly("reset");
    }

    @Test
    void aLengthThatIsNoVarintResetsTheStream() {
        hear(0x81, 0x00); // not the shortest form of 1
        assertThat(calls).containsExactly("reset");
    }

    @Test
    void aLengthWithoutEndResetsTheStream() {
        hear(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff);
        assertThat(calls).containsExactly("reset");
        assertThat(frames).isEmpty();
    }

    @Test
    void whatIsNotWholeIsNotHeard() {
        hear(3, 1, 2);
        reader.onClosed(stream, null);
        assertThat(frames).isEmpty();
        assertThat(ends).isEqualTo(1);
    }

    @Test
    void bothSidesHaveSaidAllWhenThePeerHas() {
        reader.onRemoteClosed(stream);
        assertThat(calls).containsExactly("closeWrite");
    }
}
