package io.outcry.core.multiformats;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A digest that says which function made it.
 *
 * <p><b>Threading</b>: immutable.
 *
 * <p><b>Errors</b>: {@link FormatException} when the length does not fit the function or bytes are left over.
 *
 * <p><b>Spec</b>: multiformats multihash.
 */
public final class Multihash {

    /** The "digest" is the data itself. */
    public static final int IDENTITY = 0x00;

    public static final int SHA1 = 0x11;
    public static final int SHA2_256 = 0x12;
    public static final int SHA2_512 = 0x13;

    /** No digest in use is longer; the bound holds for identity and for functions unknown here. */
    public static final int DIGEST_MAX = 128;

    private final int code;
    private final byte[] digest;

    private Multihash(int code, byte[] digest) {
        this.code = code;
        this.digest = digest;
    }

    public static Multihash of(int code, byte[] digest) {
        requireFit(code, digest.length);
        return new Multihash(code, digest.clone());
    }

    /** Reads a whole multihash; nothing may follow. */
    public static Multihash fromBytes(byte[] bytes) {
        long code = Varint.read(bytes, 0, bytes.length);
        if (code < 0 || code > Integer.MAX_VALUE) {
            throw new FormatException("no multihash function code at the start of " + shown(bytes));
        }
        int at = Varint.sizeOf(code);
        long length = Varint.read(bytes, at, bytes.length);
        if (length < 0) {
            throw new FormatException("no multihash length in " + shown(bytes));
        }
        at += Varint.sizeOf(length);
        if (length != bytes.length - at) {
            throw new FormatException("a multihash announces " + length + " bytes of digest and holds "
                    + (bytes.length - at) + ": " + shown(bytes));
        }
        requireFit((int) code, (int) length);
        return new Multihash((int) code, Arrays.copyOfRange(bytes, at, bytes.length));
    }

    public int code() {
        return code;
    }

    /** A copy of the digest. */
    public byte[] digest() {
        return digest.clone();
    }

    public int digestLength() {
        return digest.length;
    }

    public byte[] bytes() {
        int head = Varint.sizeOf(code) + Varint.sizeOf(digest.length);
        byte[] out = new byte[head + digest.length];
        Varint.write(out, Varint.write(out, 0, code), digest.length);
        System.arraycopy(digest, 0, out, head, digest.length);
        return out;
    }

    private static void requireFit(int code, int length) {
        int expected = switch (code) {
            case SHA1 -> 20;
            case SHA2_256 -> 32;
            case SHA2_512 -> 64;
            default -> length;
        };
        if (length != expected || length > DIGEST_MAX) {
            throw new FormatException("a digest of function 0x" + Integer.toHexString(code) + " has "
                    + (length == expected ? "at most " + DIGEST_MAX : String.valueOf(expected)) + " bytes, got "
                    + length);
        }
    }

    static String shown(byte[] bytes) {
        String hex = HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, 48));
        return bytes.length > 48 ? hex + "..." : hex;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Multihash that && code == that.code && Arrays.equals(digest, that.digest);
    }

    @Override
    public int hashCode() {
        return 31 * code + Arrays.hashCode(digest);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes());
    }
}
