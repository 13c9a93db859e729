package io.outcry.core.crypto;

import java.math.BigInteger;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Each primitive from the first provider that has it; Ed25519 keys seen lately stay prepared. */
final class ChosenCrypto implements CryptoProvider {

    private final Map<Primitive, CryptoProvider> chosen = new EnumMap<>(Primitive.class);
    private final CryptoProvider hashes;
    private final CryptoProvider aead;
    private final CryptoProvider x25519;
    private final CryptoProvider ed25519;
    private final VerifierMemo ed25519Verifiers;
    private final CryptoProvider rsa;
    private final CryptoProvider ecdsa;

    ChosenCrypto(List<CryptoProvider> inOrder) {
        for (Primitive primitive : Primitive.values()) {
            chosen.put(primitive, first(inOrder, primitive));
        }
        CryptoProvider last = inOrder.get(inOrder.size() - 1);
        chosen.put(Primitive.SHA256, last);
        chosen.put(Primitive.HMAC_SHA256, last);
        this.hashes = last;
        this.aead = by(Primitive.CHACHA20_POLY1305);
        this.x25519 = by(Primitive.X25519);
        this.ed25519 = by(Primitive.ED25519);
        this.ed25519Verifiers = new VerifierMemo(ed25519::ed25519Verifier);
        this.rsa = by(Primitive.RSA);
        this.ecdsa = by(Primitive.ECDSA);
    }

    private static CryptoProvider first(List<CryptoProvider> inOrder, Primitive primitive) {
        for (CryptoProvider provider : inOrder) {
            if (provider.supports(primitive)) {
                return provider;
            }
        }
        throw new IllegalStateException("no provider of " + primitive + "; BouncyCastle has all, is its jar missing?");
    }

    private CryptoProvider by(Primitive primitive) {
        CryptoProvider provider = chosen.get(primitive);
        if (provider == null) {
            throw new IllegalStateException("no provider was chosen for " + primitive);
        }
        return provider;
    }

    /** For example {@code Conscrypt (CHACHA20_POLY1305, ED25519, RSA), BouncyCastle (SECP256K1)}. */
    @Override
    public String name() {
        return chosen.entrySet().stream()
                .collect(Collectors.groupingBy(
                        e -> e.getValue().name(),
                        java.util.TreeMap::new,
                        Collectors.mapping(e -> e.getKey().name(), Collectors.joining(", ", " (", ")"))))
                .entrySet()
                .stream()
                .map(e -> e.getKey() + e.getValue())
                .collect(Collectors.joining(", "));
    }

    @Override
    public boolean supports(Primitive primitive) {
        return true;
    }

    @Override
    public byte[] sha256(byte[]... parts) {
        return hashes.sha256(parts);
    }

    @Override
    public byte[] hmacSha256(byte[] key, byte[]... parts) {
        return hashes.hmacSha256(key, parts);
    }

    @Override
    public Aead chacha20Poly1305(byte[] key) {
        return aead.chacha20Poly1305(key);
    }

    @Override
    public byte[] x25519PublicKey(byte[] privateKey) {
        return x25519.x25519PublicKey(privateKey);
    }

    @Override
    public byte @Nullable [] x25519Agree(byte[] privateKey, byte[] publicKey) {
        return x25519.x25519Agree(privateKey, publicKey);
    }

    @Override
    public byte[] ed25519PublicKey(byte[] seed) {
        return by(Primitive.ED25519_KEYS).ed25519PublicKey(seed);
    }

    @Override
    public Signer ed25519Signer(byte[] seed, byte[] publicKey) {
        return ed25519.ed25519Signer(seed, publicKey);
    }

    @Override
    public Verifier ed25519Verifier(byte[] publicKey) {
        return ed25519Verifiers.verifier(publicKey);
    }

    @Override
    public byte[] secp256k1PublicKey(byte[] scalar) {
        return by(Primitive.SECP256K1).secp256k1PublicKey(scalar);
    }

    @Override
    public Signer secp256k1Signer(byte[] scalar) {
        return by(Primitive.SECP256K1).secp256k1Signer(scalar);
    }

    @Override
    public Verifier secp256k1Verifier(byte[] point) {
        return by(Primitive.SECP256K1).secp256k1Verifier(point);
    }

    @Override
    public byte[] ecdsaPublicKey(EcCurve curve, byte[] scalar) {
        return by(Primitive.ECDSA_KEYS).ecdsaPublicKey(curve, scalar);
    }

    @Override
    public Signer ecdsaSigner(EcCurve curve, byte[] scalar) {
        return ecdsa.ecdsaSigner(curve, scalar);
    }

    @Override
    public Verifier ecdsaVerifier(EcCurve curve, byte[] point) {
        return ecdsa.ecdsaVerifier(curve, point);
    }

    @Override
    public Signer rsaSigner(RsaPrivateKey key) {
        return rsa.rsaSigner(key);
    }

    @Override
    public Verifier rsaVerifier(BigInteger modulus, BigInteger exponent) {
        return rsa.rsaVerifier(modulus, exponent);
    }
}
