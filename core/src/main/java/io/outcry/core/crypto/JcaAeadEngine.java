package io.outcry.core.crypto;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * One JCA cipher object, initialised again for each frame.
 *
 * <p>The JDK's cipher refuses the nonce it had last, also when only opening. A peer may well send the same forged frame
 * twice, so opening with the last nonce again goes through a fresh object.
 */
final class JcaAeadEngine implements AeadEngine {

    private static final int NONCE_LENGTH = 12;

    private final String algorithm;
    private final @Nullable Provider provider;
    private final SecretKeySpec key;
    private final byte[] lastNonce = new byte[NONCE_LENGTH];
    private boolean used;
    private Cipher cipher;

    JcaAeadEngine(String algorithm, @Nullable Provider provider, byte[] key) throws GeneralSecurityException {
        this.algorithm = algorithm;
        this.provider = provider;
        this.key = new SecretKeySpec(key, "ChaCha20");
        this.cipher = fresh();
    }

    private Cipher fresh() throws GeneralSecurityException {
        return provider == null ? Cipher.getInstance(algorithm) : Cipher.getInstance(algorithm, provider);
    }

    private void init(boolean seal, byte[] nonce, byte[] associated) throws GeneralSecurityException {
        if (used && Arrays.equals(nonce, lastNonce)) {
            cipher = fresh();
        }
        used = true;
        System.arraycopy(nonce, 0, lastNonce, 0, NONCE_LENGTH);
        cipher.init(seal ? Cipher.ENCRYPT_MODE : Cipher.DECRYPT_MODE, key, new IvParameterSpec(nonce));
        if (associated.length > 0) {
            cipher.updateAAD(associated);
        }
    }

    @Override
    public int apply(
            boolean seal, byte[] nonce, byte[] associated, byte[] in, int inAt, int length, byte[] out, int outAt) {
        try {
            init(seal, nonce, associated);
            return cipher.doFinal(in, inAt, length, out, outAt);
        } catch (AEADBadTagException forged) {
            return Aead.FORGED;
        } catch (GeneralSecurityException e) {
            throw failed(e);
        }
    }

    @Override
    public boolean direct() {
        return provider != null;
    }

    @Override
    public int apply(boolean seal, byte[] nonce, byte[] associated, ByteBuffer in, ByteBuffer out) {
        try {
            init(seal, nonce, associated);
            return cipher.doFinal(in, out);
        } catch (AEADBadTagException forged) {
            return Aead.FORGED;
        } catch (GeneralSecurityException e) {
            throw failed(e);
        }
    }

    /** The JCA's key objects cannot be wiped; letting go of the cipher is what can be done. */
    @Override
    public void forgetKey() {
        Arrays.fill(lastNonce, (byte) 0);
    }

    private IllegalStateException failed(GeneralSecurityException cause) {
        return new IllegalStateException(algorithm + " failed: " + cause.getMessage(), cause);
    }
}
