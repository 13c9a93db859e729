package io.outcry.core.crypto;

import java.util.ArrayList;
import java.util.List;

/**
 * Chooses who does the cryptography: Conscrypt where its jar and native code are there, BouncyCastle, the JDK. For each
 * primitive the first that has it; the choice is made once, when this class is first used.
 *
 * <p>Hashes are the exception: the JDK's SHA-256 is an intrinsic of the virtual machine and comes first.
 *
 * <p><b>Threading</b>: immutable after initialisation.
 */
public final class Crypto {

    private static final List<CryptoProvider> ALL = load();
    private static final CryptoProvider PREFERRED = new ChosenCrypto(ALL);

    private Crypto() {}

    /** What the house uses. */
    public static CryptoProvider preferred() {
        return PREFERRED;
    }

    /** Every provider present, in order of preference; the last is the JDK, the oracle of the tests. */
    public static List<CryptoProvider> all() {
        return ALL;
    }

    /** Who does what, for the log: one line. */
    public static String choice() {
        return PREFERRED.name();
    }

    private static List<CryptoProvider> load() {
        List<CryptoProvider> found = new ArrayList<>();
        JcaCrypto conscrypt = JcaCrypto.conscrypt();
        if (conscrypt != null) {
            found.add(conscrypt);
        }
        found.add(new BouncyCastleCrypto());
        found.add(JcaCrypto.jdk());
        return List.copyOf(found);
    }
}
