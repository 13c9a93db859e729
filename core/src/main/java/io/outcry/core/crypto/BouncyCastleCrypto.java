package io.outcry.core.crypto;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.CipherParameters;
import org.bouncycastle.crypto.CryptoException;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.macs.HMac;
import org.bouncycastle.crypto.modes.ChaCha20Poly1305;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.bouncycastle.crypto.params.ParametersWithIV;
import org.bouncycastle.crypto.params.RSAKeyParameters;
import org.bouncycastle.crypto.params.RSAPrivateCrtKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.crypto.signers.RSADigestSigner;
import org.bouncycastle.crypto.signers.StandardDSAEncoding;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.math.ec.rfc8032.Ed25519;
import org.jspecify.annotations.Nullable;

/**
 * BouncyCastle's lightweight API: pure Java, every primitive, always there.
 *
 * <p>ECDSA signs with deterministic nonces (RFC 6979), so no signature depends on a random number.
 */
final class BouncyCastleCrypto implements CryptoProvider {

    /**
     * Spares a key BouncyCastle's own examination, a test of the modulus for primality: hundreds of times the work of a
     * verification, which whoever shows us a new key of 8192 bits would have us do. Sizes are checked when the key is read.
     */
    private static final boolean KEY_IS_CHECKED = true;

    private final Curve secp256k1 = new Curve("secp256k1");
    private final Map<EcCurve, Curve> curves = new EnumMap<>(EcCurve.class);

    BouncyCastleCrypto() {
        for (EcCurve curve : EcCurve.values()) {
            curves.put(curve, new Curve(curve.standardName()));
        }
    }

    private Curve on(EcCurve curve) {
        return Objects.requireNonNull(curves.get(curve));
    }

    @Override
    public String name() {
        return "BouncyCastle";
    }

    @Override
    public boolean supports(Primitive primitive) {
        return true;
    }

    @Override
    public byte[] sha256(byte[]... parts) {
        SHA256Digest digest = new SHA256Digest();
        for (byte[] part : parts) {
            digest.update(part, 0, part.length);
        }
        byte[] out = new byte[SHA256_LENGTH];
        digest.doFinal(out, 0);
        return out;
    }

    @Override
    public byte[] hmacSha256(byte[] key, byte[]... parts) {
        HMac mac = new HMac(new SHA256Digest());
        mac.init(new KeyParameter(key));
        for (byte[] part : parts) {
            mac.update(part, 0, part.length);
        }
        byte[] out = new byte[SHA256_LENGTH];
        mac.doFinal(out, 0);
        return out;
    }

    @Override
    public Aead chacha20Poly1305(byte[] key) {
        requireLength(key, Aead.KEY_LENGTH, "a ChaCha20-Poly1305 key");
        return new FrameAead(new Engine(key));
    }

    @Override
    public byte[] x25519PublicKey(byte[] privateKey) {
        requireLength(privateKey, KEY_LENGTH, "an X25519 private key");
        byte[] out = new byte[KEY_LENGTH];
        X25519.generatePublicKey(privateKey, 0, out, 0);
        return out;
    }

    @Override
    public byte @Nullable [] x25519Agree(byte[] privateKey, byte[] publicKey) {
        requireLength(privateKey, KEY_LENGTH, "an X25519 private key");
        requireLength(publicKey, KEY_LENGTH, "an X25519 public key");
        byte[] out = new byte[KEY_LENGTH];
        return X25519.calculateAgreement(privateKey, 0, publicKey, 0, out, 0) ? out : null;
    }

    @Override
    public byte[] ed25519PublicKey(byte[] seed) {
        requireLength(seed, KEY_LENGTH, "an Ed25519 seed");
        byte[] out = new byte[KEY_LENGTH];
        Ed25519.generatePublicKey(seed, 0, out, 0);
        return out;
    }

    @Override
    public Signer ed25519Signer(byte[] seed, byte[] publicKey) {
        requireLength(seed, KEY_LENGTH, "an Ed25519 seed");
        requireLength(publicKey, KEY_LENGTH, "an Ed25519 public key");
        byte[] kept = seed.clone();
        byte[] keptPublic = publicKey.clone();
        return message -> {
            byte[] out = new byte[SignatureRules.ED25519_SIGNATURE_LENGTH];
            Ed25519.sign(kept, 0, keptPublic, 0, message, 0, message.length, out, 0);
            return out;
        };
    }

    @Override
    public Verifier ed25519Verifier(byte[] publicKey) {
        Ed25519.PublicPoint point = Ed25519Keys.primeOrderPoint(publicKey);
        if (point == null) {
            return (message, signature) -> false;
        }
        // BouncyCastle multiplies the equation before comparing, which can hide a component of small order in R;
        // asking R for its order closes that door and keeps one verdict among providers.
        return (message, signature) -> SignatureRules.admitsEd25519Signature(signature)
                && Ed25519.verify(signature, 0, point, message, 0, message.length)
                && Ed25519.validatePublicKeyFull(signature, 0);
    }

    @Override
    public byte[] secp256k1PublicKey(byte[] scalar) {
        return secp256k1.multiplyBase(scalar).getEncoded(true);
    }

    @Override
    public Signer secp256k1Signer(byte[] scalar) {
        return secp256k1.signer(scalar, true);
    }

    @Override
    public Verifier secp256k1Verifier(byte[] point) {
        if (point.length != 33) {
            throw new IllegalArgumentException("a compressed secp256k1 point has 33 bytes, not " + point.length);
        }
        return secp256k1.verifier(point);
    }

    @Override
    public byte[] ecdsaPublicKey(EcCurve curve, byte[] scalar) {
        return on(curve).multiplyBase(scalar).getEncoded(false);
    }

    @Override
    public Signer ecdsaSigner(EcCurve curve, byte[] scalar) {
        return on(curve).signer(scalar, false);
    }

    @Override
    public Verifier ecdsaVerifier(EcCurve curve, byte[] point) {
        requireLength(point, curve.pointBytes(), "an uncompressed point of " + curve);
        return on(curve).verifier(point);
    }

    @Override
    public Signer rsaSigner(RsaPrivateKey key) {
        var parameters = new RSAPrivateCrtKeyParameters(
                key.modulus(),
                key.publicExponent(),
                key.privateExponent(),
                key.primeP(),
                key.primeQ(),
                key.exponentP(),
                key.exponentQ(),
                key.coefficient(),
                KEY_IS_CHECKED);
        return message -> {
            RSADigestSigner signer = rsa(true, parameters);
            signer.update(message, 0, message.length);
            try {
                return signer.generateSignature();
            } catch (CryptoException e) {
                throw new IllegalStateException("RSA signing failed", e);
            }
        };
    }

    @Override
    public Verifier rsaVerifier(BigInteger modulus, BigInteger exponent) {
        var parameters = new RSAKeyParameters(false, modulus, exponent, KEY_IS_CHECKED);
        int length = (modulus.bitLength() + 7) / 8;
        return (message, signature) -> {
            if (signature.length != length) {
                return false;
            }
            RSADigestSigner signer = rsa(false, parameters);
            signer.update(message, 0, message.length);
            return signer.verifySignature(signature);
        };
    }

    private static RSADigestSigner rsa(boolean sign, CipherParameters parameters) {
        RSADigestSigner signer = new RSADigestSigner(new SHA256Digest());
        signer.init(sign, parameters);
        return signer;
    }

    private static void requireLength(byte[] bytes, int length, String what) {
        if (bytes.length != length) {
            throw new IllegalArgumentException(what + " has " + length + " bytes, not " + bytes.length);
        }
    }

    /** A curve's arithmetic, shared by every key on it. */
    private final class Curve {
        private final String name;
        private final ECDomainParameters domain;

        private Curve(String name) {
            this.name = name;
            X9ECParameters parameters = CustomNamedCurves.getByName(name);
            this.domain = new ECDomainParameters(parameters);
        }

        private BigInteger scalar(byte[] bytes) {
            BigInteger scalar = new BigInteger(1, bytes);
            if (scalar.signum() == 0 || scalar.compareTo(domain.getN()) >= 0) {
                throw new IllegalArgumentException("a private number of " + name + " lies between 0 and the order");
            }
            return scalar;
        }

        private ECPoint multiplyBase(byte[] scalar) {
            return new FixedPointCombMultiplier()
                    .multiply(domain.getG(), scalar(scalar))
                    .normalize();
        }

        private Signer signer(byte[] scalarBytes, boolean lowS) {
            var key = new ECPrivateKeyParameters(scalar(scalarBytes), domain);
            return message -> {
                ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
                signer.init(true, key);
                BigInteger[] rs = signer.generateSignature(sha256(message));
                BigInteger s = lowS && rs[1].compareTo(domain.getN().shiftRight(1)) > 0
                        ? domain.getN().subtract(rs[1])
                        : rs[1];
                try {
                    return StandardDSAEncoding.INSTANCE.encode(domain.getN(), rs[0], s);
                } catch (IOException e) {
                    throw new IllegalStateException("a fresh signature could not be encoded", e);
                }
            };
        }

        private Verifier verifier(byte[] point) {
            ECPublicKeyParameters key =
                    new ECPublicKeyParameters(domain.getCurve().decodePoint(point), domain);
            return (message, signature) -> {
                if (!SignatureRules.admitsEcdsaSignature(signature)) {
                    return false;
                }
                BigInteger[] rs;
                try {
                    rs = StandardDSAEncoding.INSTANCE.decode(domain.getN(), signature);
                } catch (IOException | IllegalArgumentException outOfRange) {
                    return false;
                }
                ECDSASigner signer = new ECDSASigner();
                signer.init(false, key);
                return signer.verifySignature(sha256(message), rs[0], rs[1]);
            };
        }
    }

    /** One cipher object, reused: a new nonce keeps the key that was set at first. */
    private static final class Engine implements AeadEngine {
        private final ChaCha20Poly1305 cipher = new ChaCha20Poly1305();
        private @Nullable KeyParameter firstKey;

        private Engine(byte[] key) {
            firstKey = new KeyParameter(key);
        }

        @Override
        public int apply(
                boolean seal, byte[] nonce, byte[] associated, byte[] in, int inAt, int length, byte[] out, int outAt) {
            cipher.init(seal, new ParametersWithIV(firstKey, nonce));
            firstKey = null;
            if (associated.length > 0) {
                cipher.processAADBytes(associated, 0, associated.length);
            }
            try {
                int written = cipher.processBytes(in, inAt, length, out, outAt);
                return written + cipher.doFinal(out, outAt + written);
            } catch (InvalidCipherTextException forged) {
                return Aead.FORGED;
            }
        }

        @Override
        public boolean direct() {
            return false;
        }

        @Override
        public int apply(boolean seal, byte[] nonce, byte[] associated, ByteBuffer in, ByteBuffer out) {
            throw new IllegalStateException("BouncyCastle works on arrays");
        }

        @Override
        public void forgetKey() {
            cipher.init(false, new ParametersWithIV(new KeyParameter(new byte[Aead.KEY_LENGTH]), new byte[12]));
        }
    }
}
