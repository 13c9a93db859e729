package io.outcry.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.AbstractByteBufAllocator;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PrivateKey;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.Chunks;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Seeds;
import io.outcry.transport.noise.NoiseCipher;
import io.outcry.transport.noise.NoiseHandshake;
import io.outcry.transport.noise.NoiseIdentity;
import io.outcry.transport.noise.NoiseOptions;
import io.outcry.transport.noise.NoiseResult;
import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Frames through the secure channel, however a network cuts them. */
@ExtendWith({LeakCheck.class, Seeds.class})
class SecureHandlerTest {

    private static final int LONGEST = 65_519;

    private final NoiseCipher[] ends = ends();
    private final EmbeddedChannel channel = new EmbeddedChannel(new SecureHandler(ends[0], new HostCounters()));

    @AfterEach
    void close() {
        ends[1].close();
        channel.finishAndReleaseAll();
    }

    @Test
    void framesCutAnywhereComeOutWhole(RandomGenerator random) {
        for (int round = 0; round < 20; round++) {
            byte[] first = Bytes.random(random, random.nextInt(3_000));
            byte[] second = Bytes.random(random, random.nextInt(3_000));
            byte[] wire = Bytes.concat(sealed(first), sealed(new byte[0]), sealed(second));
            for (byte[] piece : Chunks.cut(random, wire)) {
                channel.writeInbound(buffer(piece));
            }
            assertThat(heard()).isEqualTo(Bytes.concat(first, second));
        }
    }

    @Test
    void aForgedFrameAmongPiecesEndsTheReading(RandomGenerator random) {
        byte[] said = Bytes.random(random, 1_000);
        byte[] good = sealed(said);
        byte[] bad = sealed(said);
        bad[500] ^= 1;
        List<byte[]> pieces = Chunks.every(Bytes.concat(good, bad, sealed(said)), 300);
        assertThatThrownBy(() -> pieces.forEach(piece -> channel.writeInbound(buffer(piece))))
                .isInstanceOf(SecureHandler.ForgedException.class);
        pieces.forEach(piece -> channel.writeInbound(buffer(piece)));
        assertThat(heard()).isEqualTo(said);
    }

    /** Frames as long as they get never fit a read of 64 KiB, so each comes in two pieces. */
    @Test
    void ofAFrameInPiecesOnlyThePiecesAreCopied() {
        CountingAllocator allocator = new CountingAllocator();
        channel.config().setAllocator(allocator);
        int frames = 16;
        byte[][] wire = new byte[frames][];
        for (int i = 0; i < frames; i++) {
            wire[i] = sealed(new byte[LONGEST]);
        }
        for (byte[] read : Chunks.every(Bytes.concat(wire), 64 << 10)) {
            channel.writeInbound(buffer(read));
        }
        assertThat(heard()).hasSize(frames * LONGEST);
        // The plain bytes once, and each frame's pieces once.
        assertThat(allocator.bytes).isLessThanOrEqualTo(2L * frames * (LONGEST + 18));
    }

    /** Sums up what was ever asked for. */
    private static final class CountingAllocator extends AbstractByteBufAllocator {
        private long bytes;

        @Override
        protected ByteBuf newDirectBuffer(int initialCapacity, int maxCapacity) {
            bytes += initialCapacity;
            return UnpooledByteBufAllocator.DEFAULT.directBuffer(initialCapacity, maxCapacity);
        }

        @Override
        protected ByteBuf newHeapBuffer(int initialCapacity, int maxCapacity) {
            bytes += initialCapacity;
            return UnpooledByteBufAllocator.DEFAULT.heapBuffer(initialCapacity, maxCapacity);
        }

        @Override
        public boolean isDirectBufferPooled() {
            return false;
        }
    }

    private byte[] sealed(byte[] plain) {
        ByteBuf out = Unpooled.buffer();
        ends[1].seal(Unpooled.wrappedBuffer(plain), out);
        return ByteBufUtil.getBytes(out);
    }

    private static ByteBuf buffer(byte[] bytes) {
        return PooledByteBufAllocator.DEFAULT.buffer(Math.max(1, bytes.length)).writeBytes(bytes);
    }

    private byte[] heard() {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuf plain = channel.readInbound(); plain != null; plain = channel.readInbound()) {
            all.writeBytes(ByteBufUtil.getBytes(plain));
            plain.release();
        }
        return all.toByteArray();
    }

    private static NoiseCipher[] ends() {
        Random random = new Random(1);
        NoiseOptions options =
                new NoiseOptions(NoiseIdentity.of(PrivateKey.generate(KeyType.ED25519), random), null, List.of());
        try (NoiseHandshake dialer = NoiseHandshake.initiator(options, random);
                NoiseHandshake listener = NoiseHandshake.responder(options, random)) {
            ByteBuf wire = Unpooled.buffer();
            dialer.write(wire);
            listener.onBytes(wire);
            listener.write(wire);
            NoiseResult atDialer = dialer.onBytes(wire);
            dialer.write(wire);
            NoiseResult atListener = listener.onBytes(wire);
            return new NoiseCipher[] {
                ((NoiseResult.Established) atDialer).cipher(), ((NoiseResult.Established) atListener).cipher()
            };
        }
    }
}
