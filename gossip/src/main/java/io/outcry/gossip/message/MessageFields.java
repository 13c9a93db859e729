package io.outcry.gossip.message;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

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

    private final int[] offsets = new int[KEY + 1];
    private final int[] lengths = new int[KEY + 1];
    private final Proto proto;
    private ByteBuf buffer = Unpooled.EMPTY_BUFFER;
    private int start;
    private int length;
    /** Bytes of fields that are none of the six. */
    private int unknownBytes;

    public MessageFields() {
        this(new Proto());
    }

    private MessageFields(Proto proto) {
        this.proto = proto;
        Arrays.fill(lengths, ABSENT);
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
        Arrays.fill(lengths, ABSENT);
        unknownBytes = 0;
        proto.wrap(buffer, offset, length);
        for (int at = offset; proto.nextTag(); at = proto.position()) {
            if (isKnown(proto)) {
                int field = proto.field();
                if (proto.bytes()) {
                    offsets[field] = proto.valueOffset();
                    lengths[field] = proto.valueLength();
                }
            } else {
                proto.skip();
                unknownBytes += proto.position() - at;
            }
        }
        return !proto.failed();
    }

    private static boolean isKnown(Proto at) {
        return at.field() <= KEY && at.is(at.field(), Proto.BYTES);
    }

    /** The same fields of the same bytes, which in {@code copy} begin at {@code offset}. */
    MessageFields movedTo(ByteBuf copy, int offset) {
        MessageFields moved = new MessageFields(proto);
        moved.buffer = copy;
        moved.start = offset;
        moved.length = length;
        moved.unknownBytes = unknownBytes;
        for (int field = FROM; field <= KEY; field++) {
            moved.offsets[field] = offsets[field] - start + offset;
            moved.lengths[field] = lengths[field];
        }
        return moved;
    }

    public boolean hasFrom() {
        return lengths[FROM] != ABSENT;
    }

    public boolean hasData() {
        return lengths[DATA] != ABSENT;
    }

    public boolean hasSeqno() {
        return lengths[SEQNO] != ABSENT;
    }

    public boolean hasTopic() {
        return lengths[TOPIC] != ABSENT;
    }

    public boolean hasSignature() {
        return lengths[SIGNATURE] != ABSENT;
    }

    public boolean hasKey() {
        return lengths[KEY] != ABSENT;
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
        return offsets[TOPIC];
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
        return hasTopic() ? buffer.toString(offsets[TOPIC], lengths[TOPIC], StandardCharsets.UTF_8) : "";
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
        return hasData() ? buffer.slice(offsets[DATA], lengths[DATA]) : Unpooled.EMPTY_BUFFER;
    }

    ByteBuffer dataNio() {
        return nio(DATA);
    }

    ByteBuffer topicNio() {
        return nio(TOPIC);
    }

    /** True if the author's id is exactly these bytes. */
    public boolean isFrom(byte[] peer) {
        int size = lengths[FROM];
        if (size != peer.length) {
            return false;
        }
        for (int i = size - 1; i >= 0; i--) {
            if (buffer.getByte(offsets[FROM] + i) != peer[i]) {
                return false;
            }
        }
        return true;
    }

    /** Bytes of {@link #writeUnsigned}. */
    int unsignedLength() {
        int bytes = unknownBytes;
        for (int field = FROM; field <= TOPIC; field++) {
            if (lengths[field] != ABSENT) {
                bytes += 1 + Proto.varintSize(lengths[field]) + lengths[field];
            }
        }
        return bytes;
    }

    /**
     * Writes the message without signature and key as every implementation would write it anew: the fields in ascending
     * order, each once (the last one counts), their lengths in the fewest bytes; behind them, as they came, the unknown.
     */
    void writeUnsigned(ByteBuf out) {
        for (int field = FROM; field <= TOPIC; field++) {
            if (lengths[field] != ABSENT) {
                out.writeByte(field << 3 | Proto.BYTES);
                Proto.writeVarint(out, lengths[field]);
                out.writeBytes(buffer, offsets[field], lengths[field]);
            }
        }
        if (unknownBytes == 0) {
            return;
        }
        Proto unknown = new Proto();
        unknown.wrap(buffer, start, length);
        for (int at = start; unknown.nextTag(); at = unknown.position()) {
            boolean known = isKnown(unknown);
            unknown.skip();
            if (!known) {
                out.writeBytes(buffer, at, unknown.position() - at);
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
        return Math.max(0, lengths[field]);
    }

    private byte[] copy(int field) {
        byte[] bytes = new byte[lengthOf(field)];
        copyInto(field, bytes, 0);
        return bytes;
    }

    private void copyInto(int field, byte[] target, int at) {
        if (lengths[field] > 0) {
            buffer.getBytes(offsets[field], target, at, lengths[field]);
        }
    }

    private ByteBuffer nio(int field) {
        return lengths[field] > 0 ? buffer.nioBuffer(offsets[field], lengths[field]) : ByteBuffer.allocate(0);
    }
}
