package io.outcry.market;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, where the JDK's is fast enough: items are a few hundred bytes. */
final class Hashes {

    private Hashes() {}

    static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256, this one does not", e);
        }
    }

    static byte[] sha256(byte[] input) {
        return newSha256().digest(input);
    }
}
