package io.outcry.core.identity;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;

/** Writes the DER that {@link DerReader} reads. */
final class DerWriter {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    DerWriter element(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length += part.length;
        }
        out.write(tag);
        if (length >= 0x100) {
            out.write(0x82);
            out.write(length >>> 8);
        } else if (length >= 0x80) {
            out.write(0x81);
        }
        out.write(length);
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return this;
    }

    DerWriter integer(BigInteger value) {
        return element(DerReader.INTEGER, value.toByteArray());
    }

    /** A BIT STRING of whole bytes. */
    DerWriter bits(byte[] content) {
        return element(DerReader.BIT_STRING, new byte[1], content);
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    /** Everything so far as the content of one element. */
    byte[] wrapped(int tag) {
        return new DerWriter().element(tag, bytes()).bytes();
    }
}
