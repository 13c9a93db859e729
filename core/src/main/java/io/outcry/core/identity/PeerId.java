package io.outcry.core.identity;

import io.outcry.core.crypto.Crypto;
import io.outcry.core.multiformats.Cid;
import io.outcry.core.multiformats.FormatException;
import io.outcry.core.multiformats.Multibase;
import io.outcry.core.multiformats.Multihash;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The name of a peer: the multihash of its public key; a key of at most 42 bytes is its own hash.
 *
 * <p>Peer ids compare as unsigned bytes.
 *
 * <p><b>Threading</b>: immutable; hash, text and key are remembered.
 *
 * <p><b>Errors</b>: {@link KeyException} with the text or bytes at fault; {@link #tryFrom} answers null instead.
 *
 * <p><b>Spec</b>: libp2p peer-ids, RFC 0001.
 */
public final class PeerId implements Comparable<PeerId> {

    /** Keys up to this length are inlined: Ed25519 and secp256k1. */
    public static final int INLINE_KEY_MAX = 42;

    /** No text of a peer id is longer: 44 bytes in base16, prefix and all, has 94 characters. */
    private static final int TEXT_MAX = 128;

    private static final int SHA256_LENGTH = 32;

    private final byte[] bytes;
    private final int hash;
    private @Nullable String text;
    private volatile @Nullable PublicKey inline;

    private PeerId(byte[] bytes) {
        this.bytes = bytes;
        this.hash = Arrays.hashCode(bytes);
    }

    public static PeerId of(PublicKey key) {
        return key.peerId();
    }

    static PeerId ofEncodedKey(byte[] encoded) {
        Multihash hashed = encoded.length <= INLINE_KEY_MAX
                ? Multihash.of(Multihash.IDENTITY, encoded)
                : Multihash.of(Multihash.SHA2_256, Crypto.preferred().sha256(encoded));
        return new PeerId(hashed.bytes());
    }

    /** Reads the multihash. */
    public static PeerId fromBytes(byte[] bytes) {
        String fault = faultOf(bytes);
        if (fault != null) {
            throw new KeyException("not a peer id: " + fault);
        }
        return new PeerId(bytes.clone());
    }

    /** As {@link #fromBytes}, for bytes a peer sent: null if they are no peer id. */
    public static @Nullable PeerId tryFrom(byte[] bytes) {
        return faultOf(bytes) == null ? new PeerId(bytes.clone()) : null;
    }

    /** Both functions and both lengths fit one byte, so the whole form can be told from the first two. */
    private static @Nullable String faultOf(byte[] bytes) {
        if (bytes.length < 3) {
            return bytes.length + " bytes are too few";
        }
        int length = bytes.length - 2;
        if (bytes[1] != length) {
            return "the announced length " + (bytes[1] & 0xff) + " is not that of the " + length + " bytes of hash";
        }
        return switch (bytes[0]) {
            case Multihash.IDENTITY ->
                length <= INLINE_KEY_MAX
                        ? null
                        : "an inlined key has at most " + INLINE_KEY_MAX + " bytes, this one has " + length;
            case Multihash.SHA2_256 -> length == SHA256_LENGTH ? null : "a SHA-256 hash has 32 bytes, not " + length;
            default -> "hash function 0x" + Integer.toHexString(bytes[0] & 0xff) + " is not used for peer ids";
        };
    }

    /** Reads base58 of the multihash ({@code Qm...}, {@code 1...}) or a CID of a libp2p key in any multibase. */
    public static PeerId parse(String text) {
        if (text.isEmpty() || text.length() > TEXT_MAX) {
            throw new KeyException("a peer id has 1 to " + TEXT_MAX + " characters; this text has " + text.length());
        }
        try {
            if (text.startsWith("Qm") || text.startsWith("1")) {
                return fromBytes(Multibase.BASE58BTC.decodeBare(text));
            }
            Cid cid = Cid.parse(text);
            if (cid.codec() != Cid.LIBP2P_KEY) {
                throw new KeyException("'" + text + "' is a CID of codec 0x" + Integer.toHexString(cid.codec())
                        + "; a peer id has 0x72");
            }
            return fromBytes(cid.hash().bytes());
        } catch (FormatException malformed) {
            throw new KeyException("not a peer id: " + malformed.getMessage(), malformed);
        }
    }

    /** A copy of the multihash. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** The CID of codec libp2p-key; its text forms are other names of this peer. */
    public Cid toCid() {
        return new Cid(Cid.LIBP2P_KEY, Multihash.fromBytes(bytes));
    }

    /** The key, if this id holds it and it is well-formed. */
    public Optional<PublicKey> inlineKey() {
        if (bytes[0] != Multihash.IDENTITY) {
            return Optional.empty();
        }
        PublicKey known = inline;
        if (known == null) {
            try {
                known = PublicKey.decode(Arrays.copyOfRange(bytes, 2, bytes.length));
            } catch (KeyException notAKey) {
                return Optional.empty();
            }
            inline = known;
        }
        return Optional.of(known);
    }

    /** Whether {@code key} is the one this id names. */
    public boolean matches(PublicKey key) {
        return equals(key.peerId());
    }

    @Override
    public int compareTo(PeerId other) {
        return Arrays.compareUnsigned(bytes, other.bytes);
    }

    @Override
    public boolean equals(Object other) {
        return this == other || (other instanceof PeerId that && hash == that.hash && Arrays.equals(bytes, that.bytes));
    }

    @Override
    public int hashCode() {
        return hash;
    }

    /** Base58, the form all implementations print. */
    @Override
    public String toString() {
        String known = text;
        if (known == null) {
            known = Multibase.BASE58BTC.encodeBare(bytes);
            text = known;
        }
        return known;
    }
}
