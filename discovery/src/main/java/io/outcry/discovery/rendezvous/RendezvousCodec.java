package io.outcry.discovery.rendezvous;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.outcry.discovery.rendezvous.RendezvousMessage.Discover;
import io.outcry.discovery.rendezvous.RendezvousMessage.DiscoverResponse;
import io.outcry.discovery.rendezvous.RendezvousMessage.Register;
import io.outcry.discovery.rendezvous.RendezvousMessage.RegisterResponse;
import io.outcry.discovery.rendezvous.RendezvousMessage.Unregister;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Messages to bytes and back. The caller bounds the length of a frame; here the registrations in it are counted and each
 * part is measured before it becomes an object.
 *
 * <p><b>Threading</b>: pure functions.
 *
 * <p><b>Errors</b>: {@link #decode} answers null for anything that is no message; it never throws.
 */
public final class RendezvousCodec {

    /** Longest request: a register with its record, and some room for newer fields. */
    public static final int REQUEST_LENGTH_MAX = 16 * 1024;

    /** Longest answer read; other implementations write up to a mebibyte. */
    public static final int RESPONSE_LENGTH_MAX = 1 << 20;

    /** Bytes of a status text kept. */
    private static final int TEXT_MAX = 256;

    /** Bytes of a cookie, ours or a stranger's. */
    static final int COOKIE_MAX = 1_024;

    private static final int TYPE_REGISTER = 0;
    private static final int TYPE_REGISTER_RESPONSE = 1;
    private static final int TYPE_UNREGISTER = 2;
    private static final int TYPE_DISCOVER = 3;
    private static final int TYPE_DISCOVER_RESPONSE = 4;

    private static final byte[] NO_BYTES = {};

    private RendezvousCodec() {}

    /** The protobuf message, without a length. */
    public static byte[] encode(RendezvousMessage message) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            if (message instanceof Register register) {
                body(out, TYPE_REGISTER, bytesOf(register));
            } else if (message instanceof RegisterResponse response) {
                body(out, TYPE_REGISTER_RESPONSE, bytesOf(response));
            } else if (message instanceof Unregister unregister) {
                body(out, TYPE_UNREGISTER, bytesOf(unregister));
            } else if (message instanceof Discover discover) {
                body(out, TYPE_DISCOVER, bytesOf(discover));
            } else if (message instanceof DiscoverResponse response) {
                body(out, TYPE_DISCOVER_RESPONSE, bytesOf(response));
            }
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be written", e);
        }
        return bytes.toByteArray();
    }

    /** The type, and the body in the field whose number is one above it. */
    private static void body(CodedOutputStream out, int type, byte[] body) throws IOException {
        out.writeEnum(1, type);
        out.writeByteArray(type + 2, body);
    }

    /** Writes fields into memory, which does not fail. */
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Fields fields) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        fields.write(out);
        out.flush();
        return bytes.toByteArray();
    }

    private static byte[] bytesOf(Register register) throws IOException {
        return message(out -> {
            out.writeString(1, register.namespace());
            out.writeByteArray(2, register.signedRecord());
            if (register.ttlS() != RendezvousMessage.UNSET) {
                out.writeUInt64(3, register.ttlS());
            }
        });
    }

    private static byte[] bytesOf(RegisterResponse response) throws IOException {
        return message(out -> {
            out.writeEnum(1, response.status().code());
            out.writeString(2, response.text());
            if (response.ttlS() != RendezvousMessage.UNSET) {
                out.writeUInt64(3, response.ttlS());
            }
        });
    }

    private static byte[] bytesOf(Unregister unregister) throws IOException {
        return message(out -> out.writeString(1, unregister.namespace()));
    }

    private static byte[] bytesOf(Discover discover) throws IOException {
        return message(out -> {
            if (!discover.namespace().isEmpty()) {
                out.writeString(1, discover.namespace());
            }
            if (discover.limit() != RendezvousMessage.UNSET) {
                out.writeUInt64(2, discover.limit());
            }
            if (discover.cookie().length > 0) {
                out.writeByteArray(3, discover.cookie());
            }
        });
    }

    private static byte[] bytesOf(DiscoverResponse response) throws IOException {
        return message(out -> {
            for (Register register : response.registrations()) {
                out.writeByteArray(1, bytesOf(register));
            }
            out.writeByteArray(2, response.cookie());
            out.writeEnum(3, response.status().code());
            out.writeString(4, response.text());
        });
    }

    /** Bytes a registration takes in an answer, its head included. */
    static int sizeInAnswer(String namespace, byte[] signedRecord) {
        return 32 + namespace.length() * 3 + signedRecord.length;
    }

    /** Reads one message; null if the bytes are none. */
    public static @Nullable RendezvousMessage decode(byte[] bytes) {
        try {
            return read(bytes);
        } catch (IOException malformed) {
            return null;
        }
    }

    private static @Nullable RendezvousMessage read(byte[] bytes) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(bytes);
        int type = -1;
        byte[][] bodies = new byte[7][];
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            int field = WireFormat.getTagFieldNumber(tag);
            if (isVarint(tag) && field == 1) {
                type = in.readEnum();
            } else if (isBytes(tag) && field >= 2 && field <= 6) {
                bodies[field] = in.readByteArray();
            } else if (!in.skipField(tag)) {
                return null;
            }
        }
        if (type < TYPE_REGISTER || type > TYPE_DISCOVER_RESPONSE) {
            return null;
        }
        byte[] body = bodies[type + 2];
        if (body == null) {
            return null;
        }
        return switch (type) {
            case TYPE_REGISTER -> register(body);
            case TYPE_REGISTER_RESPONSE -> registerResponse(body);
            case TYPE_UNREGISTER -> unregister(body);
            case TYPE_DISCOVER -> discover(body);
            default -> discoverResponse(body);
        };
    }

    private static boolean isVarint(int tag) {
        return WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT;
    }

    private static boolean isBytes(int tag) {
        return WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    /** Up to {@code lengthMax} bytes; more is no message. */
    private static byte[] bytes(CodedInputStream in, int lengthMax) throws IOException {
        int length = in.readRawVarint32();
        if (length < 0 || length > lengthMax) {
            throw new IOException("a part of " + length + " bytes");
        }
        return in.readRawBytes(length);
    }

    /**
     * A namespace longer than the specification allows is read as it is, up to twice that, so that its sender hears
     * {@code INVALID_NAMESPACE} and not a reset.
     */
    private static String namespace(CodedInputStream in) throws IOException {
        return text(bytes(in, 2 * RendezvousLimits.NAMESPACE_MAX));
    }

    private static String text(byte[] bytes) throws IOException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IOException("text that is not UTF-8", e);
        }
    }

    /** A stranger's words for a log line: short, without control characters. */
    private static String statusText(CodedInputStream in) throws IOException {
        byte[] bytes = bytes(in, RESPONSE_LENGTH_MAX);
        String text = new String(bytes, 0, Math.min(bytes.length, TEXT_MAX), StandardCharsets.UTF_8);
        return text.replaceAll("\\p{Cntrl}", "?");
    }

    private static @Nullable Register register(byte[] body) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(body);
        String namespace = "";
        byte[] record = NO_BYTES;
        long ttlS = RendezvousMessage.UNSET;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case 1 << 3 | 2 -> namespace = namespace(in);
                case 2 << 3 | 2 -> record = bytes(in, RendezvousLimits.RECORD_LENGTH_MAX);
                case 3 << 3 -> ttlS = in.readUInt64();
                default -> {
                    if (!in.skipField(tag)) {
                        return null;
                    }
                }
            }
        }
        return new Register(namespace, record, ttlS);
    }

    private static @Nullable RegisterResponse registerResponse(byte[] body) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(body);
        RendezvousStatus status = RendezvousStatus.OK;
        String text = "";
        long ttlS = RendezvousMessage.UNSET;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case 1 << 3 -> status = RendezvousStatus.ofCode(in.readEnum());
                case 2 << 3 | 2 -> text = statusText(in);
                case 3 << 3 -> ttlS = in.readUInt64();
                default -> {
                    if (!in.skipField(tag)) {
                        return null;
                    }
                }
            }
        }
        return new RegisterResponse(status, text, ttlS);
    }

    private static @Nullable Unregister unregister(byte[] body) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(body);
        String namespace = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == (1 << 3 | 2)) {
                namespace = namespace(in);
            } else if (!in.skipField(tag)) {
                return null;
            }
        }
        return new Unregister(namespace);
    }

    private static @Nullable Discover discover(byte[] body) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(body);
        String namespace = "";
        long limit = RendezvousMessage.UNSET;
        byte[] cookie = NO_BYTES;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case 1 << 3 | 2 -> namespace = namespace(in);
                case 2 << 3 -> limit = in.readUInt64();
                case 3 << 3 | 2 -> cookie = bytes(in, COOKIE_MAX);
                default -> {
                    if (!in.skipField(tag)) {
                        return null;
                    }
                }
            }
        }
        return new Discover(namespace, limit, cookie);
    }

    private static @Nullable DiscoverResponse discoverResponse(byte[] body) throws IOException {
        CodedInputStream in = CodedInputStream.newInstance(body);
        List<Register> registrations = new ArrayList<>();
        byte[] cookie = NO_BYTES;
        RendezvousStatus status = RendezvousStatus.OK;
        String text = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            switch (tag) {
                case 1 << 3 | 2 -> {
                    Register read = registrations.size() < RendezvousLimits.PAGE_MAX
                            ? register(bytes(in, RESPONSE_LENGTH_MAX))
                            : null;
                    if (read == null) {
                        return null;
                    }
                    registrations.add(read);
                }
                case 2 << 3 | 2 -> cookie = bytes(in, COOKIE_MAX);
                case 3 << 3 -> status = RendezvousStatus.ofCode(in.readEnum());
                case 4 << 3 | 2 -> text = statusText(in);
                default -> {
                    if (!in.skipField(tag)) {
                        return null;
                    }
                }
            }
        }
        return new DiscoverResponse(registrations, cookie, status, text);
    }
}
