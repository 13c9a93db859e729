package io.outcry.core.crypto;

import java.nio.ByteBuffer;

/** What a provider does for {@link FrameAead}; one thread at a time. */
interface AeadEngine {

    /** Seals or opens arrays that do not overlap; returns the bytes written, or {@link Aead#FORGED}. */
    int apply(boolean seal, byte[] nonce, byte[] associated, byte[] in, int inAt, int length, byte[] out, int outAt);

    /** Whether {@link #apply(boolean, byte[], byte[], ByteBuffer, ByteBuffer)} is quicker for direct memory. */
    boolean direct();

    /** Seals or opens from one direct buffer's remaining bytes into another's. */
    int apply(boolean seal, byte[] nonce, byte[] associated, ByteBuffer in, ByteBuffer out);

    void forgetKey();
}
