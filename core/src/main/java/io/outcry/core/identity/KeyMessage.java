package io.outcry.core.identity;

import io.outcry.core.multiformats.Varint;
import java.util.Arrays;

/**
 * The protobuf message of keys, {@code {1: Type, 2: Data}}, in the one form whose hash is a peer id: both fields, in
 * order, minimal varints, nothing else.
 */
@SuppressWarnings("ArrayRecordComponent") // stays inside the two key classes, which hand out copies
record KeyMessage(KeyType type, byte[] data) {

    /** An RSA private key of 8192 bits has about 4.7 KiB; nothing longer is read. */
    static final int LENGTH_MAX = 8 * 1024;

    private static final byte TYPE_TAG = 0x08;
    private static final byte DATA_TAG = 0x12;

    byte[] encoded() {
        int head = 3 + Varint.sizeOf(data.length);
        byte[] out = new byte[head + data.length];
        out[0] = TYPE_TAG;
        out[1] = (byte) type.code();
        out[2] = DATA_TAG;
        Varint.write(out, 3, data.length);
        System.arraycopy(data, 0, out, head, data.length);
        return out;
    }

    static KeyMessage decode(byte[] bytes) {
        if (bytes.length > LENGTH_MAX) {
            throw new KeyException("a key message of " + bytes.length + " bytes; at most " + LENGTH_MAX + " are read");
        }
        if (bytes.length < 4 || bytes[0] != TYPE_TAG) {
            throw new KeyException(
                    "a key message begins with its type, field 1; this one of " + bytes.length + " bytes does not");
        }
        long code = Varint.read(bytes, 1, bytes.length);
        if (code < 0) {
            throw new KeyException("the type of a key message is not a minimal varint");
        }
        KeyType type = KeyType.ofCode(code);
        int at = 1 + Varint.sizeOf(code);
        if (at >= bytes.length || bytes[at] != DATA_TAG) {
            throw new KeyException("a key message has its data, field 2, right behind the type");
        }
        long length = Varint.read(bytes, at + 1, bytes.length);
        if (length < 0) {
            throw new KeyException("the length of a key's data is not a minimal varint");
        }
        at += 1 + Varint.sizeOf(length);
        if (length != bytes.length - at) {
            throw new KeyException(
                    "a key message announces " + length + " bytes of data and holds " + (bytes.length - at));
        }
        return new KeyMessage(type, Arrays.copyOfRange(bytes, at, bytes.length));
    }
}
