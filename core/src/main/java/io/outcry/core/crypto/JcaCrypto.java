package io.outcry.core.crypto;

import java.lang.reflect.InvocationTargetException;
import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.KeySpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.Set;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Primitives through the Java Cryptography Architecture: from Conscrypt's provider object, or from the JDK's.
 *
 * <p>No provider is registered with the virtual machine, so an embedder's own choice is left alone.
 */
final class JcaCrypto implements CryptoProvider {

    private static final byte[] ED25519_PUBLIC_HEAD = HexFormat.of().parseHex("302a300506032b6570032100");
    private static final byte[] ED25519_PRIVATE_HEAD = HexFormat.of().parseHex("302e020100300506032b657004220420");
    private static final byte[] X25519_PUBLIC_HEAD = HexFormat.of().parseHex("302a300506032b656e032100");
    private static final byte[] X25519_PRIVATE_HEAD = HexFormat.of().parseHex("302e020100300506032b656e04220420");
    private static final byte[] X25519_BASE = HexFormat.of().parseHex("09" + "00".repeat(31));

    private final String name;
    private final @Nullable Provider provider;
    private final String chachaName;
    private final Set<Primitive> primitives;
    private final @Nullable MessageDigest sha256;

    private JcaCrypto(String name, @Nullable Provider provider, String chachaName, Set<Primitive> candidates) {
        this.name = name;
        this.provider = provider;
        this.chachaName = chachaName;
        this.sha256 = provider == null ? jdkSha256() : null;
        this.primitives = EnumSet.noneOf(Primitive.class);
        for (Primitive candidate : candidates) {
            if (present(candidate)) {
                primitives.add(candidate);
            }
        }
    }

    /** The JDK's own providers, in the order the virtual machine has them. */
    static JcaCrypto jdk() {
        return new JcaCrypto(
                "JDK",
                null,
                "ChaCha20-Poly1305",
                EnumSet.complementOf(EnumSet.of(Primitive.SECP256K1, Primitive.ED25519_KEYS, Primitive.ECDSA_KEYS)));
    }

    /** Conscrypt, or null if its jar or its native code is not there. */
    static @Nullable JcaCrypto conscrypt() {
        try {
            Object made = Class.forName("org.conscrypt.Conscrypt")
                    .getMethod("newProvider")
                    .invoke(null);
            return made instanceof Provider provider
                    ? new JcaCrypto(
                            "Conscrypt",
                            provider,
                            "ChaCha20/Poly1305/NoPadding",
                            EnumSet.of(
                                    Primitive.CHACHA20_POLY1305,
                                    Primitive.X25519,
                                    Primitive.ED25519,
                                    Primitive.ECDSA,
                                    Primitive.RSA))
                    : null;
        } catch (ClassNotFoundException | NoSuchMethodException | IllegalAccessException absent) {
            return null;
        } catch (InvocationTargetException | LinkageError unusable) {
            return null;
        }
    }

    /** Tries the primitive once, so that a provider which lists an algorithm but cannot do it is passed over. */
    private boolean present(Primitive primitive) {
        try {
            byte[] sample = new byte[KEY_LENGTH];
            sample[0] = 1;
            switch (primitive) {
                case SHA256 -> sha256(sample);
                case HMAC_SHA256 -> hmacSha256(sample, sample);
                case CHACHA20_POLY1305 -> chacha20Poly1305(sample).close();
                case X25519 -> x25519PublicKey(sample);
                case ED25519 -> ed25519Signer(sample, sample).sign(sample);
                case ECDSA -> {
                    keyFactory("EC");
                    signature("SHA256withECDSA");
                }
                case RSA -> {
                    keyFactory("RSA");
                    signature("SHA256withRSA");
                }
                case SECP256K1, ED25519_KEYS, ECDSA_KEYS -> throw new UnsupportedOperationException(primitive.name());
            }
            return true;
        } catch (GeneralSecurityException | RuntimeException | LinkageError absent) {
            return false;
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean supports(Primitive primitive) {
        return primitives.contains(primitive);
    }

    private static MessageDigest jdkSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public byte[] sha256(byte[]... parts) {
        if (sha256 == null) {
            throw missing(Primitive.SHA256);
        }
        try {
            // The prototype is never fed, so cloning it is safe from any thread and cheaper than a look-up.
            MessageDigest digest = (MessageDigest) sha256.clone();
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("the JDK's SHA-256 can be cloned", e);
        }
    }

    @Override
    public byte[] hmacSha256(byte[] key, byte[]... parts) {
        try {
            Mac mac = provider == null ? Mac.getInstance("HmacSHA256") : Mac.getInstance("HmacSHA256", provider);
            // An empty key means a block of zeros, which the JCA wants to be told.
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[SHA256_LENGTH] : key, "HmacSHA256"));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw failed("HMAC-SHA256", e);
        }
    }

    @Override
    public Aead chacha20Poly1305(byte[] key) {
        if (key.length != Aead.KEY_LENGTH) {
            throw new IllegalArgumentException("a ChaCha20-Poly1305 key has 32 bytes, not " + key.length);
        }
        try {
            return new FrameAead(new JcaAeadEngine(chachaName, provider, key));
        } catch (GeneralSecurityException e) {
            throw failed("ChaCha20-Poly1305", e);
        }
    }

    @Override
    public byte[] x25519PublicKey(byte[] privateKey) {
        byte[] out = x25519Agree(privateKey, X25519_BASE);
        if (out == null) {
            throw new IllegalStateException("the base point has no small order");
        }
        return out;
    }

    @Override
    public byte @Nullable [] x25519Agree(byte[] privateKey, byte[] publicKey) {
        try {
            PrivateKey ours = privateKey("XDH", new PKCS8EncodedKeySpec(join(X25519_PRIVATE_HEAD, privateKey)));
            PublicKey theirs = publicKey("XDH", new X509EncodedKeySpec(join(X25519_PUBLIC_HEAD, publicKey)));
            KeyAgreement agreement =
                    provider == null ? KeyAgreement.getInstance("XDH") : KeyAgreement.getInstance("XDH", provider);
            agreement.init(ours);
            byte[] shared;
            try {
                agreement.doPhase(theirs, true);
                shared = agreement.generateSecret();
            } catch (GeneralSecurityException | IllegalStateException smallOrder) {
                return null;
            }
            return CryptoProvider.allZero(shared) ? null : shared;
        } catch (GeneralSecurityException e) {
            throw failed("X25519", e);
        }
    }

    @Override
    public byte[] ed25519PublicKey(byte[] seed) {
        throw missing(Primitive.ED25519_KEYS);
    }

    @Override
    public Signer ed25519Signer(byte[] seed, byte[] publicKey) {
        return signer("Ed25519", "EdDSA", new PKCS8EncodedKeySpec(join(ED25519_PRIVATE_HEAD, seed)));
    }

    @Override
    public Verifier ed25519Verifier(byte[] publicKey) {
        if (Ed25519Keys.primeOrderPoint(publicKey) == null) {
            return (message, signature) -> false;
        }
        Verifier equation = verifier("Ed25519", "EdDSA", new X509EncodedKeySpec(join(ED25519_PUBLIC_HEAD, publicKey)));
        return (message, signature) ->
                SignatureRules.admitsEd25519Signature(signature) && equation.verify(message, signature);
    }

    @Override
    public byte[] secp256k1PublicKey(byte[] scalar) {
        throw missing(Primitive.SECP256K1);
    }

    @Override
    public Signer secp256k1Signer(byte[] scalar) {
        throw missing(Primitive.SECP256K1);
    }

    @Override
    public Verifier secp256k1Verifier(byte[] point) {
        throw missing(Primitive.SECP256K1);
    }

    @Override
    public byte[] ecdsaPublicKey(EcCurve curve, byte[] scalar) {
        throw missing(Primitive.ECDSA_KEYS);
    }

    @Override
    public Signer ecdsaSigner(EcCurve curve, byte[] scalar) {
        return signer("SHA256withECDSA", "EC", new ECPrivateKeySpec(new BigInteger(1, scalar), parameters(curve)));
    }

    @Override
    public Verifier ecdsaVerifier(EcCurve curve, byte[] point) {
        if (point.length != curve.pointBytes() || point[0] != 4) {
            throw new IllegalArgumentException(
                    "an uncompressed point of " + curve + " has " + curve.pointBytes() + " bytes and begins with 04");
        }
        BigInteger x = new BigInteger(1, point, 1, curve.fieldBytes());
        BigInteger y = new BigInteger(1, point, 1 + curve.fieldBytes(), curve.fieldBytes());
        ECParameterSpec parameters = parameters(curve);
        requireOnCurve(curve, parameters, x, y);
        Verifier equation = verifier("SHA256withECDSA", "EC", new ECPublicKeySpec(new ECPoint(x, y), parameters));
        return (message, signature) ->
                SignatureRules.admitsEcdsaSignature(signature) && equation.verify(message, signature);
    }

    /** y^2 = x^3 + ax + b; not every provider asks. */
    private static void requireOnCurve(EcCurve curve, ECParameterSpec parameters, BigInteger x, BigInteger y) {
        var field = (java.security.spec.ECFieldFp) parameters.getCurve().getField();
        BigInteger p = field.getP();
        BigInteger right = x.multiply(x)
                .add(parameters.getCurve().getA())
                .multiply(x)
                .add(parameters.getCurve().getB());
        if (x.compareTo(p) >= 0
                || y.compareTo(p) >= 0
                || y.multiply(y).subtract(right).mod(p).signum() != 0) {
            throw new IllegalArgumentException("the point is not on " + curve);
        }
    }

    private static ECParameterSpec parameters(EcCurve curve) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(curve.standardName()));
            return parameters.getParameterSpec(ECParameterSpec.class);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks the curve " + curve.standardName(), e);
        }
    }

    @Override
    public Signer rsaSigner(RsaPrivateKey key) {
        return signer(
                "SHA256withRSA",
                "RSA",
                new RSAPrivateCrtKeySpec(
                        key.modulus(),
                        key.publicExponent(),
                        key.privateExponent(),
                        key.primeP(),
                        key.primeQ(),
                        key.exponentP(),
                        key.exponentQ(),
                        key.coefficient()));
    }

    @Override
    public Verifier rsaVerifier(BigInteger modulus, BigInteger exponent) {
        int length = (modulus.bitLength() + 7) / 8;
        Verifier equation = verifier("SHA256withRSA", "RSA", new RSAPublicKeySpec(modulus, exponent));
        return (message, signature) -> signature.length == length && equation.verify(message, signature);
    }

    private Signer signer(String algorithm, String keyAlgorithm, KeySpec spec) {
        PrivateKey key;
        try {
            key = privateKey(keyAlgorithm, spec);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(name + " refuses this " + keyAlgorithm + " private key", e);
        }
        return message -> {
            try {
                Signature signature = signature(algorithm);
                signature.initSign(key);
                signature.update(message);
                return signature.sign();
            } catch (GeneralSecurityException e) {
                throw failed(algorithm, e);
            }
        };
    }

    private Verifier verifier(String algorithm, String keyAlgorithm, KeySpec spec) {
        PublicKey key;
        try {
            key = publicKey(keyAlgorithm, spec);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(name + " refuses this " + keyAlgorithm + " public key", e);
        }
        return (message, signature) -> {
            try {
                Signature verification = signature(algorithm);
                verification.initVerify(key);
                verification.update(message);
                return verification.verify(signature);
            } catch (SignatureException malformed) {
                return false;
            } catch (GeneralSecurityException | RuntimeException e) {
                return false;
            }
        };
    }

    private Signature signature(String algorithm) throws GeneralSecurityException {
        return provider == null ? Signature.getInstance(algorithm) : Signature.getInstance(algorithm, provider);
    }

    private KeyFactory keyFactory(String algorithm) throws GeneralSecurityException {
        return provider == null ? KeyFactory.getInstance(algorithm) : KeyFactory.getInstance(algorithm, provider);
    }

    private PrivateKey privateKey(String algorithm, KeySpec spec) throws GeneralSecurityException {
        return keyFactory(algorithm).generatePrivate(spec);
    }

    private PublicKey publicKey(String algorithm, KeySpec spec) throws GeneralSecurityException {
        return keyFactory(algorithm).generatePublic(spec);
    }

    private static byte[] join(byte[] head, byte[] key) {
        if (key.length != KEY_LENGTH) {
            throw new IllegalArgumentException("a key of this curve has 32 bytes, not " + key.length);
        }
        byte[] out = new byte[head.length + key.length];
        System.arraycopy(head, 0, out, 0, head.length);
        System.arraycopy(key, 0, out, head.length, key.length);
        return out;
    }

    private UnsupportedOperationException missing(Primitive primitive) {
        return new UnsupportedOperationException(name + " has no " + primitive + "; ask supports() first");
    }

    private IllegalStateException failed(String what, GeneralSecurityException cause) {
        return new IllegalStateException(what + " of " + name + " failed: " + cause.getMessage(), cause);
    }
}
