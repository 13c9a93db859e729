package io.outcry.core.crypto;

import java.math.BigInteger;

/** An RSA private key with the numbers of PKCS#1. */
public record RsaPrivateKey(
        BigInteger modulus,
        BigInteger publicExponent,
        BigInteger privateExponent,
        BigInteger primeP,
        BigInteger primeQ,
        BigInteger exponentP,
        BigInteger exponentQ,
        BigInteger coefficient) {

    @Override
    public String toString() {
        return "RsaPrivateKey[" + modulus.bitLength() + " bits, not shown]";
    }
}
