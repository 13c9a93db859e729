package io.outcry.core.multiformats;

import java.util.Arrays;

/**
 * A content identifier, version 1: what it is (codec) and its multihash.
 *
 * <p><b>Threading</b>: immutable.
 *
 * <p><b>Errors</b>: {@link FormatException} for any other version, which this house never meets in peer ids.
 *
 * <p><b>Spec</b>: multiformats CID.
 *
 * @param codec the multicodec of the content, {@link #LIBP2P_KEY} for a peer id
 * @param hash the multihash
 */
public record Cid(int codec, Multihash hash) {

    /** The multicodec of a libp2p public key. */
    public static final int LIBP2P_KEY = 0x72;

    private static final int VERSION = 1;

    public Cid {
        if (codec < 0) {
            throw new FormatException("a multicodec is not negative, got " + codec);
        }
    }

    /** Reads any multibase text of a CIDv1. */
    public static Cid parse(String text) {
        return fromBytes(Multibase.decode(text));
    }

    public static Cid fromBytes(byte[] bytes) {
        long version = Varint.read(bytes, 0, bytes.length);
        if (version != VERSION) {
            throw new FormatException("not a version 1 CID: " + Multihash.shown(bytes));
        }
        long codec = Varint.read(bytes, 1, bytes.length);
        if (codec < 0 || codec > Integer.MAX_VALUE) {
            throw new FormatException("no multicodec in CID " + Multihash.shown(bytes));
        }
        int at = 1 + Varint.sizeOf(codec);
        return new Cid((int) codec, Multihash.fromBytes(Arrays.copyOfRange(bytes, at, bytes.length)));
    }

    public byte[] bytes() {
        byte[] hashed = hash.bytes();
        int head = 1 + Varint.sizeOf(codec);
        byte[] out = new byte[head + hashed.length];
        out[0] = VERSION;
        Varint.write(out, 1, codec);
        System.arraycopy(hashed, 0, out, head, hashed.length);
        return out;
    }

    public String toString(Multibase base) {
        return base.encode(bytes());
    }

    /** Base32, the default text form of version 1. */
    @Override
    public String toString() {
        return toString(Multibase.BASE32);
    }
}
