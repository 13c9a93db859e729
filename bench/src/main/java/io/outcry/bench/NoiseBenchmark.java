package io.outcry.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.outcry.core.crypto.Aead;
import io.outcry.core.crypto.Crypto;
import io.outcry.core.crypto.CryptoProvider;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PrivateKey;
import io.outcry.transport.noise.NoiseCipher;
import io.outcry.transport.noise.NoiseHandshake;
import io.outcry.transport.noise.NoiseIdentity;
import io.outcry.transport.noise.NoiseOptions;
import io.outcry.transport.noise.NoiseResult;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * The secure channel, sealed at one end and opened at the other: what framing adds to the bare cipher of the same
 * provider, and what the provider saves against the JDK's, which is the baseline.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class NoiseBenchmark {

    /** How much application data at a time. */
    @Param({"256", "4096", "65536"})
    int length;

    /** The channel, the bare cipher, or the JDK's bare cipher. */
    @Param({"Noise", "cipher", "JDK cipher"})
    String by = "";

    private final ByteBuf plain = PooledByteBufAllocator.DEFAULT.directBuffer(1 << 17);
    private final ByteBuf wire = PooledByteBufAllocator.DEFAULT.directBuffer(1 << 17);
    private final ByteBuf opened = PooledByteBufAllocator.DEFAULT.directBuffer(1 << 17);
    private Channel channel = () -> 0;

    private interface Channel {
        int pass();
    }

    /** Shakes hands, or makes the two bare ciphers. */
    @Setup
    public void setUp() {
        plain.writerIndex(length);
        channel = by.equals("Noise") ? noise() : bare(by.equals("JDK cipher") ? jdk() : Crypto.preferred());
    }

    /** Gives the buffers back. */
    @TearDown
    public void tearDown() {
        plain.release();
        wire.release();
        opened.release();
    }

    /** Seals and opens. */
    @Benchmark
    public int sealAndOpen() {
        plain.readerIndex(0);
        wire.clear();
        opened.clear();
        int got = channel.pass();
        if (got != length) {
            throw new IllegalStateException(got + " of " + length + " bytes arrived");
        }
        return got;
    }

    private Channel bare(CryptoProvider crypto) {
        byte[] key = new byte[Aead.KEY_LENGTH];
        Aead sending = crypto.chacha20Poly1305(key);
        Aead receiving = crypto.chacha20Poly1305(key);
        long[] nonce = {0};
        return () -> {
            sending.seal(++nonce[0], plain, wire);
            return receiving.open(nonce[0], wire, opened);
        };
    }

    private static CryptoProvider jdk() {
        return Crypto.all().get(Crypto.all().size() - 1);
    }

    private Channel noise() {
        SecureRandom random = new SecureRandom();
        NoiseHandshake dialer = NoiseHandshake.initiator(options(random), random);
        NoiseHandshake listener = NoiseHandshake.responder(options(random), random);
        carry(dialer, listener);
        NoiseCipher here = Objects.requireNonNull(carry(listener, dialer), "the dialer is not done");
        NoiseCipher there = Objects.requireNonNull(carry(dialer, listener), "the listener is not done");
        return () -> {
            here.seal(plain, wire);
            return there.open(wire, opened);
        };
    }

    private static NoiseOptions options(SecureRandom random) {
        return new NoiseOptions(NoiseIdentity.of(PrivateKey.generate(KeyType.ED25519), random), null, List.of());
    }

    private @Nullable NoiseCipher carry(NoiseHandshake from, NoiseHandshake to) {
        wire.clear();
        from.write(wire);
        return to.onBytes(wire) instanceof NoiseResult.Established done ? done.cipher() : null;
    }
}
