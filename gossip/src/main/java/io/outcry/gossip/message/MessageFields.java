package io.outcry.gossip.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * Where the fields of one protobuf {@code Message} lie in its buffer; an absent field is not an empty one.
 *
 * <p><b>Threading</b>: confined while it is wrapped anew; the one inside a {@link GossipMessage} never changes.
 *
 * <p><b>Ownership</b>: it only looks at its buffer.
 *
 * <p><b>Spec</b>: pubsub README, "The Message".
 */
public final class MessageFields {

    static final int FROM = 1;
    static final int DATA = 2;
    static final int SEQNO = 3;
    static final int TOPIC = 4;
    static final int SIGNATURE = 5;
    static final int KEY = 6;
    private static final int ABSENT = -1;

    /** Two for each field: the absolute index and the length of its value. */
    private final int[] places = new int[2 * (KEY + 1)];

    private final Proto proto;
    /** Bytes hashed at a time: more than most messages have. */
    private static final int CHUNK_BYTES = 4096;

    /** Made at the first use and kept for the next message, unless several threads may look at this one. */
    private @Nullable MessageDigest sha256;

    /** Kept likewise: a digest that is given a view of a direct buffer makes such a copy too, and the view is garbage. */
    private byte @Nullable [] chunk;

    private final boolean shared;
    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private int start;
    private int length;
    /** There is a field that is none of the six, or one of them in another wire type. */
    private boolean unknown;

    public MessageFields() {
        this(new Proto(), false);
    }

    private MessageFields(Proto proto, boolean shared) {
        this.proto = proto;
        this.shared = shared;
        forget();
    }

    private void forget() {
        for (int field = FROM; field <= KEY; field++) {
            places[2 * field + 1] = ABSENT;
        }
    }

    private void set(int field, int offset, int size) {
        places[2 * field] = offset;
        places[2 * field + 1] = size;
    }

    private int offset(int field) {
        return places[2 * field];
    }

    /** The length of a field's value, or {@link #ABSENT}. */
    private int size(int field) {
        return places[2 * field + 1];
    }

    /**
     * Looks at {@code length} bytes at the absolute index {@code offset}.
     *
     * @return false if they are not a protobuf message; the fields are then undefined
     */
    public boolean wrap(ByteBuf buffer, int offset, int length) {
        this.buffer = buffer;
        this.start = offset;
        this.length = length;
        forget();
        unknown = false;
        proto.wrap(buffer, offset, length);
        while (proto.nextTag()) {
            if (isKnown(proto)) {
                int field = proto.field();
                if (proto.bytes()) {
                    set(field, proto.valueOffset(), proto.valueLength());
                }
            } else {
                proto.skip();
                unknown = true;
            }
        }
        return !proto.failed();
    }

    private static boolean isKnown(Proto at) {
        return at.field() <= KEY && at.is(at.field(), Proto.BYTES);
    }

    /** The same fields of the same bytes, which in {@code copy} begin at {@code offset}. */
    MessageFields movedTo(ByteBuf copy, int offset) {
        MessageFields moved = new MessageFields(proto, true);
        moved.buffer = copy;
        moved.start = offset;
        moved.length = length;
        moved.unknown = unknown;
        for (int field = FROM; field <= KEY; field++) {
            moved.set(field, offset(field) - start + offset, size(field));
        }
        return moved;
    }

    public boolean hasFrom() {
        return size(FROM) != ABSENT;
    }

    public boolean hasData() {
        return size(DATA) != ABSENT;
    }

    public boolean hasSeqno() {
        return size(SEQNO) != ABSENT;
    }

    public boolean hasTopic() {
        return size(TOPIC) != ABSENT;
    }

    public boolean hasSignature() {
        return size(SIGNATURE) != ABSENT;
    }

    public boolean hasKey() {
        return size(KEY) != ABSENT;
    }

    /** True if there is a field beyond the six. */
    public boolean hasUnknown() {
        return unknown;
    }

    public int fromLength() {
        return lengthOf(FROM);
    }

    public int dataLength() {
        return lengthOf(DATA);
    }

    public int seqnoLength() {
        return lengthOf(SEQNO);
    }

    public int topicLength() {
        return lengthOf(TOPIC);
    }

    /** The absolute index of the topic's bytes. */
    public int topicOffset() {
        return offset(TOPIC);
    }

    /** The author's id, empty if absent. */
    public byte[] from() {
        return copy(FROM);
    }

    /** The payload, empty if absent. */
    public byte[] data() {
        return copy(DATA);
    }

    /** The sequence number's bytes, empty if absent. */
    public byte[] seqno() {
        return copy(SEQNO);
    }

    byte[] signature() {
        return copy(SIGNATURE);
    }

    byte[] key() {
        return copy(KEY);
    }

    /** The topic's name; bytes that are not UTF-8 become replacement characters. */
    public String topic() {
        return hasTopic() ? buffer.toString(offset(TOPIC), size(TOPIC), StandardCharsets.UTF_8) : "";
    }

    /** Copies the author's id to {@code target}. */
    public void copyFrom(byte[] target, int at) {
        copyInto(FROM, target, at);
    }

    /** Copies the sequence number to {@code target}. */
    public void copySeqno(byte[] target, int at) {
        copyInto(SEQNO, target, at);
    }

    /** The payload as a view, valid while the buffer is. */
    public ByteBuf dataSlice() {
        return hasData() ? buffer.slice(offset(DATA), size(DATA)) : Unpooled.EMPTY_BUFFER;
    }

    /** SHA-256 of the payload, or of the topic's bytes followed by the payload. */
    byte[] sha256(boolean topicFirst) {
        MessageDigest digest = sha256;
        if (digest == null) {
            digest = newSha256();
            sha256 = shared ? null : digest;
        }
        byte[] bytes = chunk;
        if (bytes == null) {
            bytes = new byte[shared ? Math.min(CHUNK_BYTES, length) : CHUNK_BYTES];
            chunk = shared ? null : bytes;
        }
        if (topicFirst) {
            update(digest, TOPIC, bytes);
        }
        update(digest, DATA, bytes);
        return digest.digest();
    }

    private void update(MessageDigest digest, int field, byte[] bytes) {
        int end = offset(field) + size(field);
        for (int at = offset(field); at < end; at += bytes.length) {
            int step = Math.min(bytes.length, end - at);
            buffer.getBytes(at, bytes, 0, step);
            digest.update(bytes, 0, step);
        }
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256, which its specification demands", e);
        }
    }

    /** True if the author's id is exactly these bytes. */
    public boolean isFrom(byte[] peer) {
        int size = size(FROM);
        if (size != peer.length) {
            return false;
        }
        for (int i = size - 1; i >= 0; i--) {
            if (buffer.getByte(offset(FROM) + i) != peer[i]) {
                return false;
            }
        }
        return true;
    }

    /** Bytes of {@link #writeUnsigned}. */
    int unsignedLength() {
        int bytes = 0;
        for (int field = FROM; field <= TOPIC; field++) {
            if (size(field) != ABSENT) {
                bytes += 1 + Proto.varintSize(size(field)) + size(field);
            }
        }
        return bytes;
    }

    /**
     * Writes the message without signature and key as every implementation would write it anew: the fields in ascending
     * order, each once (the last one counts), their lengths in the fewest bytes.
     */
    void writeUnsigned(ByteBuf out) {
        for (int field = FROM; field <= TOPIC; field++) {
            if (size(field) != ABSENT) {
                out.writeByte(field << 3 | Proto.BYTES);
                Proto.writeVarint(out, size(field));
                out.writeBytes(buffer, offset(field), size(field));
            }
        }
    }

    ByteBuf buffer() {
        return buffer;
    }

    int start() {
        return start;
    }

    /** Bytes of the whole message. */
    public int length() {
        return length;
    }

    private int lengthOf(int field) {
        return Math.max(0, size(field));
    }

    private byte[] copy(int field) {
        byte[] bytes = new byte[lengthOf(field)];
        copyInto(field, bytes, 0);
        return bytes;
    }

    private void copyInto(int field, byte[] target, int at) {
        if (size(field) > 0) {
            buffer.getBytes(offset(field), target, at, size(field));
        }
    }
}
