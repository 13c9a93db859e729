package io.outcry.transport.noise;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.outcry.core.crypto.Aead;
import io.outcry.core.crypto.Crypto;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Seeds;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith({LeakCheck.class, Seeds.class})
class NoiseCipherTest {

    private static final byte[] ONE = new byte[32];
    private static final byte[] OTHER = {
        1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2
    };

    private final NoiseCipher here = new NoiseCipher(aead(ONE), aead(OTHER));
    private final NoiseCipher there = new NoiseCipher(aead(OTHER), aead(ONE));
    private ByteBuf wire = PooledByteBufAllocator.DEFAULT.buffer();
    private ByteBuf opened = PooledByteBufAllocator.DEFAULT.buffer();

    @BeforeEach
    void freshBuffers() {
        wire.clear();
        opened.clear();
    }

    @AfterEach
    void release() {
        wire.release();
        opened.release();
        here.close();
        there.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 65_518, 65_519, 65_520, 131_038, 131_039, 1_000_000})
    void cutsPayloadsIntoFramesAndJoinsThem(int length) {
        byte[] payload = Bytes.random(Seeds.random(1), length);
        seal(here, payload);
        assertThat(wire.readableBytes()).isEqualTo(NoiseCipher.sealedLength(length));
        assertThat(NoiseCipher.openableLength(wire)).isEqualTo(length);
        assertThat(there.open(wire, opened)).isEqualTo(length);
        assertThat(ByteBufUtil.getBytes(opened)).isEqualTo(payload);
    }

    @Test
    void bothDirectionsDiffer() {
        seal(here, new byte[32]);
        byte[] out = ByteBufUtil.getBytes(wire);
        wire.clear();
        seal(there, new byte[32]);
        assertThat(ByteBufUtil.getBytes(wire)).isNotEqualTo(out);
    }

    @Test
    void leavesPartialFramesInTheBuffer(RandomGenerator random) {
        byte[] payload = Bytes.random(random, 200_000);
        seal(here, payload);
        ByteBuf arrived = PooledByteBufAllocator.DEFAULT.buffer();
        while (wire.isReadable()) {
            arrived.writeBytes(wire, Math.min(wire.readableBytes(), 1 + random.nextInt(30_000)));
            int openable = NoiseCipher.openableLength(arrived);
            assertThat(there.open(arrived, opened)).isEqualTo(openable);
            arrived.discardReadBytes();
        }
        assertThat(arrived.isReadable()).isFalse();
        assertThat(ByteBufUtil.getBytes(opened)).isEqualTo(payload);
        arrived.release();
    }

    @Test
    void anAlteredFrameEndsTheChannelForGood() {
        seal(here, new byte[] {1, 2, 3});
        wire.setByte(3, wire.getByte(3) ^ 1);
        assertThat(there.open(wire, opened)).isEqualTo(NoiseCipher.FORGED);
        wire.clear();
        seal(here, new byte[] {4});
        assertThat(there.open(wire, opened)).isEqualTo(NoiseCipher.FORGED);
        assertThat(opened.isReadable()).isFalse();
    }

    @Test
    void aReplayedFrameIsForged() {
        seal(here, new byte[] {1, 2, 3});
        byte[] frame = ByteBufUtil.getBytes(wire);
        assertThat(there.open(wire, opened)).isEqualTo(3);
        wire.writeBytes(frame);
        assertThat(there.open(wire, opened)).isEqualTo(NoiseCipher.FORGED);
    }

    @Test
    void framesShorterThanATagAreForged() {
        wire.writeShort(15).writeZero(15);
        assertThat(there.open(wire, opened)).isEqualTo(NoiseCipher.FORGED);
    }

    @Test
    void emptyFramesAreNothing() {
        wire.writeShort(16);
        aead(ONE).seal(0, Unpooled.EMPTY_BUFFER, wire);
        assertThat(there.open(wire, opened)).isZero();
        assertThat(wire.isReadable()).isFalse();
    }

    @Test
    void theReservedNonceIsNeverUsed() {
        NoiseCipher atTheEnd = new NoiseCipher(aead(ONE), -2L, aead(OTHER), -2L);
        NoiseCipher peerAtTheEnd = new NoiseCipher(aead(OTHER), -2L, aead(ONE), -2L);
        seal(atTheEnd, new byte[] {1});
        assertThat(peerAtTheEnd.open(wire, opened)).isEqualTo(1);
        ByteBuf more = PooledByteBufAllocator.DEFAULT.buffer().writeByte(1);
        assertThat(atTheEnd.seal(more, wire)).isEqualTo(NoiseCipher.EXHAUSTED);
        wire.clear().writeShort(17).writeZero(17);
        assertThat(peerAtTheEnd.open(wire, opened)).isEqualTo(NoiseCipher.EXHAUSTED);
        more.release();
        atTheEnd.close();
        peerAtTheEnd.close();
    }

    private void seal(NoiseCipher cipher, byte[] payload) {
        ByteBuf plain = PooledByteBufAllocator.DEFAULT.buffer().writeBytes(payload);
        int before = wire.readableBytes();
        assertThat(cipher.seal(plain, wire)).isEqualTo(wire.readableBytes() - before);
        assertThat(plain.isReadable()).isFalse();
        plain.release();
    }

    private static Aead aead(byte[] key) {
        return Crypto.preferred().chacha20Poly1305(key);
    }
}
