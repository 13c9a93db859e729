package io.outcry.bench;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.outcry.core.crypto.Aead;
import io.outcry.core.crypto.Crypto;
import io.outcry.core.crypto.CryptoProvider;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The primitives a connection and a message need, by provider; the JDK, the oracle of the tests, is the baseline. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class CryptoBenchmark {

    private static final int MESSAGE_LENGTH = 256;
    private static final int FRAME_LENGTH = 1024;

    /** Who does it. */
    @Param({"Conscrypt", "BouncyCastle", "JDK"})
    String by = "";

    private final byte[] message = new byte[MESSAGE_LENGTH];
    private final byte[] seed = new byte[CryptoProvider.KEY_LENGTH];
    private final byte[] otherKey = new byte[CryptoProvider.KEY_LENGTH];
    private final ByteBuf plain = PooledByteBufAllocator.DEFAULT.directBuffer(FRAME_LENGTH);
    private final ByteBuf sealed = PooledByteBufAllocator.DEFAULT.directBuffer(FRAME_LENGTH + Aead.TAG_LENGTH);
    private CryptoProvider crypto = Crypto.preferred();
    private CryptoProvider.Signer signer = message -> message;
    private CryptoProvider.Verifier verifier = (message, signature) -> false;
    private byte[] signature = {};
    private byte[] otherPublic = {};
    private Aead aead = crypto.chacha20Poly1305(seed);
    private long nonce;

    /** Finds the provider and makes its keys. */
    @Setup
    public void setUp() {
        crypto = Crypto.all().stream()
                .filter(provider -> provider.name().equals(by))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no provider is called " + by));
        SplittableRandom random = new SplittableRandom(1);
        random.nextBytes(message);
        random.nextBytes(seed);
        random.nextBytes(otherKey);
        byte[] publicKey = Crypto.preferred().ed25519PublicKey(seed);
        signer = crypto.ed25519Signer(seed, publicKey);
        verifier = crypto.ed25519Verifier(publicKey);
        signature = signer.sign(message);
        otherPublic = Crypto.preferred().x25519PublicKey(otherKey);
        aead = crypto.chacha20Poly1305(seed);
        plain.writerIndex(FRAME_LENGTH);
    }

    /** Signs a message of 256 bytes. */
    @Benchmark
    public byte[] ed25519Sign() {
        return signer.sign(message);
    }

    /** Verifies that signature. */
    @Benchmark
    public boolean ed25519Verify() {
        return verifier.verify(message, signature);
    }

    /** The agreement of a handshake. */
    @Benchmark
    public Object x25519Agree() {
        byte[] secret = crypto.x25519Agree(seed, otherPublic);
        return secret == null ? this : secret;
    }

    /** Seals 1 KiB, direct buffer to direct buffer. */
    @Benchmark
    public int chacha20Poly1305Seal() {
        plain.readerIndex(0);
        sealed.clear();
        return aead.seal(++nonce, plain, sealed);
    }
}
