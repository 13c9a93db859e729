package io.outcry.core.identity;

import java.math.BigInteger;
import java.util.Arrays;

/**
 * Just enough DER for the keys of peers, and strict: definite lengths of at most two bytes in their shortest form,
 * bounded by the bytes there are. It reads sizes before anything does arithmetic on them.
 */
final class DerReader {

    static final int INTEGER = 0x02;
    static final int BIT_STRING = 0x03;
    static final int OCTET_STRING = 0x04;
    static final int NULL = 0x05;
    static final int OBJECT_ID = 0x06;
    static final int SEQUENCE = 0x30;

    private final byte[] in;
    private int at;
    private final int end;

    DerReader(byte[] in) {
        this(in, 0, in.length);
    }

    private DerReader(byte[] in, int start, int end) {
        this.in = in;
        this.at = start;
        this.end = end;
    }

    boolean atEnd() {
        return at == end;
    }

    /** Whether an element with this tag comes next. */
    boolean next(int tag) {
        return at < end && (in[at] & 0xff) == tag;
    }

    /** The content of the next element, which must have this tag. */
    DerReader enter(int tag) {
        if (!next(tag)) {
            throw new KeyException("DER: expected tag 0x" + Integer.toHexString(tag) + " at byte " + at
                    + (at < end ? ", found 0x" + Integer.toHexString(in[at] & 0xff) : ", found the end"));
        }
        int length = length(at + 1);
        int start = at + 1 + lengthBytes(length);
        if (length > end - start) {
            throw new KeyException("DER: an element of " + length + " bytes at byte " + at + " passes the end");
        }
        at = start + length;
        return new DerReader(in, start, at);
    }

    private int length(int offset) {
        if (offset >= end) {
            throw new KeyException("DER: the length at byte " + offset + " is cut off");
        }
        int first = in[offset] & 0xff;
        if (first < 0x80) {
            return first;
        }
        int count = first & 0x7f;
        if (count == 0 || count > 2 || offset + count >= end) {
            throw new KeyException("DER: the length at byte " + offset + " is indefinite, too long or cut off");
        }
        int length = in[offset + 1] & 0xff;
        if (count == 2) {
            length = length << 8 | (in[offset + 2] & 0xff);
        }
        if (lengthBytes(length) != 1 + count) {
            throw new KeyException("DER: the length at byte " + offset + " is not in its shortest form");
        }
        return length;
    }

    private static int lengthBytes(int length) {
        if (length < 0x80) {
            return 1;
        }
        return length < 0x100 ? 2 : 3;
    }

    byte[] bytes() {
        byte[] out = Arrays.copyOfRange(in, at, end);
        at = end;
        return out;
    }

    byte[] octets() {
        return enter(OCTET_STRING).bytes();
    }

    byte[] objectId() {
        return enter(OBJECT_ID).bytes();
    }

    /** A BIT STRING of whole bytes, as a reader of its content. */
    DerReader bits() {
        DerReader content = enter(BIT_STRING);
        if (content.at == content.end || in[content.at] != 0) {
            throw new KeyException("DER: the bit string of a key consists of whole bytes");
        }
        content.at++;
        return content;
    }

    /** A non-negative INTEGER of at most {@code bitsMax} bits, in its shortest form. */
    BigInteger unsigned(int bitsMax, String what) {
        DerReader content = enter(INTEGER);
        int length = content.end - content.at;
        if (length == 0) {
            throw new KeyException("DER: the integer " + what + " is empty");
        }
        byte first = in[content.at];
        if (first < 0) {
            throw new KeyException("DER: the integer " + what + " is negative");
        }
        if (first == 0 && length > 1 && in[content.at + 1] >= 0) {
            throw new KeyException("DER: the integer " + what + " is not in its shortest form");
        }
        int skip = first == 0 ? 1 : 0;
        int bits = (length - skip) * 8
                - (skip == length ? 0 : Integer.numberOfLeadingZeros(in[content.at + skip] & 0xff) - 24);
        if (bits > bitsMax) {
            throw new KeyException("the " + what + " has " + bits + " bits; at most " + bitsMax + " are accepted");
        }
        return new BigInteger(1, in, content.at, length);
    }

    /** Nothing may follow what was read. */
    void requireEnd(String what) {
        if (at != end) {
            throw new KeyException("DER: " + (end - at) + " stray bytes behind " + what);
        }
    }
}
