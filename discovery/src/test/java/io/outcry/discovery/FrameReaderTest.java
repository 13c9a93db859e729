package io.outcry.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.Hex;
import io.outcry.testkit.Mutations;
import io.outcry.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FrameReaderTest {

    @Test
    @ExtendWith(Seeds.class)
    void findsTheFramesHoweverTheBytesAreCut(RandomGenerator random) {
        for (int round = 0; round < 300; round++) {
            List<byte[]> sent = new ArrayList<>();
            byte[] stream = {};
            for (int i = 0; i < 5; i++) {
                byte[] frame = Bytes.random(random, 1 + random.nextInt(300));
                sent.add(frame);
                stream = Bytes.concat(stream, Bytes.framed(frame));
            }
            FrameReader reader = new FrameReader(300, 4_000);
            List<byte[]> read = new ArrayList<>();
            int at = 0;
            while (at < stream.length) {
                int length = Math.min(stream.length - at, 1 + random.nextInt(random.nextBoolean() ? 3 : 400));
                reader.append(Unpooled.wrappedBuffer(stream, at, length));
                at += length;
                for (byte[] frame = reader.next(); frame != null; frame = reader.next()) {
                    read.add(frame);
                }
            }
            assertThat(read).containsExactlyElementsOf(sent);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"00", "ac02", "8000", "ffffffffffffffffff01", "ffffffffffffffff7f"})
    void refusesLengthsBeforeTheirBytes(String hex) {
        FrameReader reader = new FrameReader(299, 4_000);
        reader.append(Unpooled.wrappedBuffer(Hex.bytes(hex)));
        assertThat(reader.next()).isSameAs(FrameReader.MALFORMED);
    }

    @Test
    void holdsNoMoreThanItsBound() {
        FrameReader reader = new FrameReader(100, 150);
        reader.append(Unpooled.wrappedBuffer(Bytes.framed(new byte[100])));
        reader.append(Unpooled.wrappedBuffer(new byte[50]));
        assertThat(reader.next()).isSameAs(FrameReader.MALFORMED);
    }

    @Test
    @ExtendWith(Seeds.class)
    void spoiledStreamsGiveFramesOrAreRefused(RandomGenerator random) {
        for (int round = 0; round < 3_000; round++) {
            byte[] stream = Mutations.of(random, Bytes.framed(Bytes.any(random, 200)));
            FrameReader reader = new FrameReader(150, 400);
            reader.append(Unpooled.wrappedBuffer(stream));
            for (int i = 0; i < 300; i++) {
                byte[] frame = reader.next();
                if (frame == null || frame.length == 0) {
                    break;
                }
                assertThat(frame.length).isLessThanOrEqualTo(150);
            }
        }
    }
}
