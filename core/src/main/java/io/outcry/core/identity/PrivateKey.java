package io.outcry.core.identity;

import io.outcry.core.crypto.Crypto;
import io.outcry.core.crypto.CryptoProvider;
import io.outcry.core.crypto.CryptoProvider.Signer;
import io.outcry.core.crypto.EcCurve;
import io.outcry.core.crypto.RsaPrivateKey;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.crypto.generators.RSAKeyPairGenerator;
import org.bouncycastle.crypto.params.RSAKeyGenerationParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;

/**
 * A node's identity: signs, and is never printed.
 *
 * <p><b>Threading</b>: immutable; {@link #sign} from any thread.
 *
 * <p><b>Errors</b>: {@link KeyException} when decoding, with no part of the key in its message.
 *
 * <p><b>Spec</b>: libp2p peer-ids, "Keys". An Ed25519 key has 64 bytes (seed, public key); the old form of 96, with the
 * public key twice, is read if both copies agree.
 */
public final class PrivateKey {

    /** The RSA size made unless told otherwise. */
    public static final int RSA_BITS_DEFAULT = 2048;

    private static final int SEED_LENGTH = 32;
    private static final int ED25519_LENGTH = 64;
    private static final int ED25519_OLD_LENGTH = 96;
    private static final int SCALAR_LENGTH = 32;

    /** Random numbers outside the order are drawn again; for these curves even a second draw is a rarity. */
    private static final int DRAWS_MAX = 128;

    private static final BigInteger SECP256K1_ORDER =
            new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
    private static final BigInteger P256_ORDER =
            new BigInteger("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16);

    private final KeyMessage message;
    private final PublicKey publicKey;
    private final Signer signer;

    private PrivateKey(KeyMessage message, PublicKey publicKey, Signer signer) {
        this.message = message;
        this.publicKey = publicKey;
        this.signer = signer;
    }

    /** A new key from the platform's secure random numbers; Ed25519 is what to ask for. */
    public static PrivateKey generate(KeyType type) {
        return generate(type, RSA_BITS_DEFAULT, new SecureRandom());
    }

    /** A new key; {@code bits} matters to RSA only. */
    public static PrivateKey generate(KeyType type, int bits) {
        return generate(type, bits, new SecureRandom());
    }

    /** A new key from the given chance. */
    public static PrivateKey generate(KeyType type, int bits, SecureRandom random) {
        return switch (type) {
            case ED25519 -> ofEd25519Seed(draw(random, SEED_LENGTH));
            case SECP256K1 -> of(KeyType.SECP256K1, drawBelow(SECP256K1_ORDER, random));
            case ECDSA -> generateEcdsa(random);
            case RSA -> generateRsa(bits, random);
        };
    }

    private static byte[] draw(SecureRandom random, int length) {
        byte[] drawn = new byte[length];
        random.nextBytes(drawn);
        return drawn;
    }

    private static PrivateKey generateEcdsa(SecureRandom random) {
        byte[] scalar = drawBelow(P256_ORDER, random);
        byte[] point = Crypto.preferred().ecdsaPublicKey(EcCurve.P256, scalar);
        return of(KeyType.ECDSA, EcDer.writePrivate(EcCurve.P256, scalar, point));
    }

    /** A number from 1 to order - 1 in 32 bytes, drawn without bias. */
    private static byte[] drawBelow(BigInteger order, SecureRandom random) {
        for (int i = 0; i < DRAWS_MAX; i++) {
            byte[] drawn = draw(random, SCALAR_LENGTH);
            BigInteger number = new BigInteger(1, drawn);
            if (number.signum() > 0 && number.compareTo(order) < 0) {
                return drawn;
            }
        }
        throw new IllegalStateException("the source of random numbers is broken: it draws no private number");
    }

    private static PrivateKey generateRsa(int bits, SecureRandom random) {
        RsaDer.requireBits(bits);
        RSAKeyPairGenerator generator = new RSAKeyPairGenerator();
        generator.init(new RSAKeyGenerationParameters(BigInteger.valueOf(65537), random, bits, 100));
        var made = (RSAPrivateCrtKeyParameters) generator.generateKeyPair().getPrivate();
        return of(
                KeyType.RSA,
                RsaDer.writePrivate(new RsaPrivateKey(
                        made.getModulus(),
                        made.getPublicExponent(),
                        made.getExponent(),
                        made.getP(),
                        made.getQ(),
                        made.getDP(),
                        made.getDQ(),
                        made.getQInv())));
    }

    /** The Ed25519 key of a 32-byte seed. */
    public static PrivateKey ofEd25519Seed(byte[] seed) {
        PublicKey.requireLength(seed, SEED_LENGTH, "an Ed25519 seed");
        byte[] data = Arrays.copyOf(seed, ED25519_LENGTH);
        byte[] point = Crypto.preferred().ed25519PublicKey(seed);
        System.arraycopy(point, 0, data, SEED_LENGTH, point.length);
        return of(KeyType.ED25519, data);
    }

    /** Reads the protobuf message, in its one deterministic form. */
    public static PrivateKey decode(byte[] encoded) {
        KeyMessage message = KeyMessage.decode(encoded);
        return of(message.type(), message.data());
    }

    /**
     * A key from its type and raw data: seed and public key for Ed25519, the number for secp256k1, PKCS#1 for RSA,
     * SEC1 for ECDSA.
     */
    public static PrivateKey of(KeyType type, byte[] data) {
        try {
            return switch (type) {
                case ED25519 -> ed25519(data);
                case SECP256K1 -> secp256k1(data);
                case ECDSA -> ecdsa(data);
                case RSA -> rsa(data);
            };
        } catch (IllegalArgumentException refused) {
            throw new KeyException("not a private key of type " + type + ": " + refused.getMessage(), refused);
        }
    }

    private static PrivateKey ed25519(byte[] data) {
        if (data.length != ED25519_LENGTH && data.length != ED25519_OLD_LENGTH) {
            throw new KeyException(
                    "an Ed25519 private key has 64 bytes, or 96 in the old form; this one has " + data.length);
        }
        byte[] seed = Arrays.copyOf(data, SEED_LENGTH);
        byte[] point = Crypto.preferred().ed25519PublicKey(seed);
        for (int at = SEED_LENGTH; at < data.length; at += point.length) {
            if (!MessageDigest.isEqual(point, Arrays.copyOfRange(data, at, at + point.length))) {
                throw new KeyException("the public part of this Ed25519 private key is not that of its seed");
            }
        }
        return new PrivateKey(
                new KeyMessage(KeyType.ED25519, Arrays.copyOf(data, ED25519_LENGTH)),
                PublicKey.of(KeyType.ED25519, point),
                Crypto.preferred().ed25519Signer(seed, point));
    }

    private static PrivateKey secp256k1(byte[] data) {
        PublicKey.requireLength(data, SCALAR_LENGTH, "a secp256k1 private key");
        CryptoProvider crypto = Crypto.preferred();
        return new PrivateKey(
                new KeyMessage(KeyType.SECP256K1, data.clone()),
                PublicKey.of(KeyType.SECP256K1, crypto.secp256k1PublicKey(data)),
                crypto.secp256k1Signer(data));
    }

    private static PrivateKey ecdsa(byte[] data) {
        CryptoProvider crypto = Crypto.preferred();
        EcDer.Private ec = EcDer.readPrivate(data);
        byte[] point = crypto.ecdsaPublicKey(ec.curve(), ec.scalar());
        if (ec.point() != null && !Arrays.equals(ec.point(), point)) {
            throw new KeyException("the public part of this ECDSA private key is not that of its number");
        }
        return new PrivateKey(
                new KeyMessage(KeyType.ECDSA, EcDer.writePrivate(ec.curve(), ec.scalar(), point)),
                PublicKey.of(KeyType.ECDSA, EcDer.writePublic(ec.curve(), point)),
                crypto.ecdsaSigner(ec.curve(), ec.scalar()));
    }

    private static PrivateKey rsa(byte[] data) {
        RsaPrivateKey rsa = RsaDer.readPrivate(data);
        return new PrivateKey(
                new KeyMessage(KeyType.RSA, data.clone()),
                PublicKey.of(KeyType.RSA, RsaDer.writePublic(rsa.modulus(), rsa.publicExponent())),
                Crypto.preferred().rsaSigner(rsa));
    }

    public KeyType type() {
        return message.type();
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    public PeerId peerId() {
        return publicKey.peerId();
    }

    public byte[] sign(byte[] bytes) {
        return signer.sign(bytes);
    }

    /** A copy of the protobuf message; it is the secret itself. */
    public byte[] encoded() {
        return message.encoded();
    }

    /** By the public part, which determines the key. */
    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof PrivateKey that && publicKey.equals(that.publicKey));
    }

    @Override
    public int hashCode() {
        return publicKey.hashCode();
    }

    @Override
    public String toString() {
        return "PrivateKey[" + type() + " of " + peerId() + ", not shown]";
    }
}
