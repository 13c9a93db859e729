package io.outcry.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.outcry.core.crypto.CryptoProvider.Primitive;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.Hex;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Mutations;
import io.outcry.testkit.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@ExtendWith({LeakCheck.class, Seeds.class})
class AeadTest {

    private static final ByteBufAllocator POOL = PooledByteBufAllocator.DEFAULT;

    /** Where the bytes of a message lie. */
    enum Place {
        HEAP,
        DIRECT,
        SLICE_OF_DIRECT,
        COMPOSITE,
        READ_ONLY;

        ByteBuf holding(byte[] bytes) {
            return switch (this) {
                case HEAP -> POOL.heapBuffer().writeZero(3).writeBytes(bytes).skipBytes(3);
                case DIRECT -> POOL.directBuffer().writeBytes(bytes);
                case SLICE_OF_DIRECT -> {
                    ByteBuf whole =
                            POOL.directBuffer().writeZero(5).writeBytes(bytes).writeZero(7);
                    ByteBuf slice = whole.retainedSlice(5, bytes.length);
                    whole.release();
                    yield slice;
                }
                case COMPOSITE -> {
                    CompositeByteBuf all = POOL.compositeBuffer();
                    int half = bytes.length / 2;
                    all.addComponent(true, POOL.directBuffer().writeBytes(bytes, 0, half));
                    all.addComponent(true, POOL.heapBuffer().writeBytes(bytes, half, bytes.length - half));
                    yield all;
                }
                case READ_ONLY -> POOL.heapBuffer().writeBytes(bytes).asReadOnly();
            };
        }

        ByteBuf empty() {
            return switch (this) {
                case HEAP, READ_ONLY -> POOL.heapBuffer(1);
                case DIRECT, SLICE_OF_DIRECT -> POOL.directBuffer(1);
                case COMPOSITE -> POOL.compositeBuffer();
            };
        }
    }

    static Stream<CryptoProvider> providers() {
        return Stream.concat(Crypto.all().stream(), Stream.of(Crypto.preferred()))
                .filter(p -> p.supports(Primitive.CHACHA20_POLY1305));
    }

    private static byte[] seal(Aead aead, long nonce, byte[] associated, byte[] plain, Place from, Place to) {
        ByteBuf in = from.holding(plain);
        ByteBuf out = to.empty().writeByte(0x55);
        try {
            assertThat(aead.seal(nonce, associated, in, out)).isEqualTo(plain.length + Aead.TAG_LENGTH);
            assertThat(in.isReadable()).isFalse();
            assertThat(out.readByte()).isEqualTo((byte) 0x55);
            return ByteBufUtil.getBytes(out);
        } finally {
            in.release();
            out.release();
        }
    }

    private static byte[] open(Aead aead, long nonce, byte[] associated, byte[] sealed, Place from, Place to) {
        ByteBuf in = from.holding(sealed);
        ByteBuf out = to.empty().writeByte(0x55);
        try {
            int written = aead.open(nonce, associated, in, out);
            assertThat(in.isReadable()).isFalse();
            assertThat(out.readByte()).isEqualTo((byte) 0x55);
            assertThat(out.readableBytes()).isEqualTo(Math.max(0, written));
            return written == Aead.FORGED ? new byte[] {'n', 'o'} : ByteBufUtil.getBytes(out);
        } finally {
            in.release();
            out.release();
        }
    }

    /** The vector of the Noise specification's cipher: RFC 8439 2.8.2 with a nonce that begins with four zero bytes. */
    @ParameterizedTest
    @MethodSource("providers")
    void putsTheNonceInLittleEndianBehindFourZeros(CryptoProvider provider) {
        byte[] key = Hex.bytes("1c9240a5eb55d38af333888604f6b5f0473917c1402b80099dca5cbc207075c0");
        byte[] sealed = Hex.bytes("64a0861575861af460f062c79be643bd5e805cfd345cf389f108670ac76c8cb2"
                + "4c6cfc18755d43eea09ee94e382d26b0bdb7b73c321b0100d4f03b7f355894cf"
                + "332f830e710b97ce98c8a84abd0b948114ad176e008d33bd60f982b1ff37c855"
                + "9797a06ef4f0ef61c186324e2b3506383606907b6a7c02b0f9f6157b53c867e4"
                + "b9166c767b804d46a59b5216cde7a4e99040c5a40433225ee282a1b0a06c523e"
                + "af4534d7f83fa1155b0047718cbc546a0d072b04b3564eea1b422273f548271a"
                + "0bb2316053fa76991955ebd63159434ecebb4e466dae5a1073a6727627097a10"
                + "49e617d91d361094fa68f0ff77987130305beaba2eda04df997b714d6c6f2c29"
                + "a6ad5cb4022b02709beead9d67890cbb22392336fea1851f38");
        try (Aead aead = provider.chacha20Poly1305(key)) {
            byte[] plain = open(
                    aead, 0x0807060504030201L, Hex.bytes("f33388860000000000004e91"), sealed, Place.HEAP, Place.HEAP);
            assertThat(new String(plain, StandardCharsets.UTF_8)).startsWith("Internet-Drafts are draft documents");
        }
    }

    @Test
    void providersAgreeWhereverTheBytesLie(RandomGenerator random) {
        byte[] key = Bytes.random(random, 32);
        List<Aead> all = providers().map(p -> p.chacha20Poly1305(key)).toList();
        for (int nonce = 0; nonce < 250; nonce++) {
            byte[] plain = Bytes.any(random, nonce % 10 == 0 ? 65_519 : 2_000);
            byte[] associated = random.nextBoolean() ? new byte[0] : Bytes.random(random, 32);
            byte[] expected = seal(all.get(0), nonce, associated, plain, Place.HEAP, Place.HEAP);
            for (int i = 1; i < all.size(); i++) {
                Place from = any(random);
                Place to = any(random);
                assertThat(Hex.text(seal(all.get(i), nonce, associated, plain, from, to)))
                        .as("provider %d, %d bytes and %d, %s to %s", i, plain.length, associated.length, from, to)
                        .isEqualTo(Hex.text(expected));
            }
            for (Aead aead : all) {
                Place from = any(random);
                Place to = any(random);
                assertThat(open(aead, nonce, associated, expected, from, to))
                        .as("%d bytes and %d, %s to %s", plain.length, associated.length, from, to)
                        .isEqualTo(plain);
            }
        }
        all.forEach(Aead::close);
    }

    private static Place any(RandomGenerator random) {
        return List.of(Place.values()).get(random.nextInt(Place.values().length));
    }

    @ParameterizedTest
    @MethodSource("providers")
    void refusesWhatWasTouchedAndGoesOn(CryptoProvider provider) {
        byte[] key = new byte[32];
        byte[] plain = "a message of some length".getBytes(StandardCharsets.US_ASCII);
        byte[] no = {'n', 'o'};
        try (Aead sealing = provider.chacha20Poly1305(key);
                Aead opening = provider.chacha20Poly1305(key)) {
            byte[] sealed = seal(sealing, 4, new byte[0], plain, Place.HEAP, Place.HEAP);
            for (Place place : Place.values()) {
                for (int bit = 0; bit < sealed.length * 8; bit += 5) {
                    assertThat(open(opening, 4, new byte[0], Mutations.flipBit(sealed, bit), place, place))
                            .isEqualTo(no);
                }
                assertThat(open(opening, 5, new byte[0], sealed, place, place)).isEqualTo(no);
                assertThat(open(opening, 4, new byte[] {1}, sealed, place, place))
                        .isEqualTo(no);
                for (int length = 0; length < sealed.length; length++) {
                    assertThat(open(opening, 4, new byte[0], Arrays.copyOf(sealed, length), place, place))
                            .isEqualTo(no);
                }
                // The same nonce once more, honest at last: a forgery before it does no harm.
                assertThat(open(opening, 4, new byte[0], sealed, place, place)).isEqualTo(plain);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void anEmptyMessageIsATag(CryptoProvider provider) {
        try (Aead aead = provider.chacha20Poly1305(new byte[32])) {
            long nonce = 0;
            for (Place place : Place.values()) {
                byte[] sealed = seal(aead, nonce, new byte[0], new byte[0], place, place);
                assertThat(sealed).hasSize(Aead.TAG_LENGTH);
                assertThat(open(aead, nonce++, new byte[0], sealed, place, place))
                        .isEmpty();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void refusesANonceTwiceAndTheReservedOne(CryptoProvider provider) {
        try (Aead aead = provider.chacha20Poly1305(new byte[32])) {
            ByteBuf out = Unpooled.buffer();
            aead.seal(0, Unpooled.EMPTY_BUFFER, out);
            aead.seal(7, Unpooled.EMPTY_BUFFER, out);
            aead.seal(-2, Unpooled.EMPTY_BUFFER, out);
            for (long nonce : new long[] {0, 7, -2, -1}) {
                assertThatThrownBy(() -> aead.seal(nonce, Unpooled.EMPTY_BUFFER, out))
                        .isInstanceOf(IllegalStateException.class);
            }
            assertThatThrownBy(() -> aead.open(-1, Unpooled.buffer().writeZero(20), out))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @ParameterizedTest
    @MethodSource("providers")
    void aClosedCipherIsOfNoUse(CryptoProvider provider) {
        Aead aead = provider.chacha20Poly1305(new byte[32]);
        aead.seal(0, Unpooled.EMPTY_BUFFER, Unpooled.buffer());
        aead.close();
        aead.close();
        assertThatThrownBy(() -> aead.seal(1, Unpooled.EMPTY_BUFFER, Unpooled.buffer()))
                .isInstanceOf(IllegalStateException.class);
    }
}
