package io.outcry.bench;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.outcry.bench.wire.Message;
import io.outcry.bench.wire.Rpc;
import io.outcry.core.multiformats.Varint;

/** Frames with one message each, all alike but for a number in their data. */
final class MessageTemplate {

    private static final long MARK = 0x1122_3344_5566_7788L;

    private final byte[] frame;
    private final int numberAt;
    private long number;

    MessageTemplate(String topic, int dataLength) {
        byte[] data = new byte[dataLength];
        for (int i = 0; i < Long.BYTES; i++) {
            data[i] = (byte) (MARK >>> (56 - 8 * i));
        }
        byte[] rpc = Rpc.newBuilder()
                .addPublish(
                        Message.newBuilder().setData(ByteString.copyFrom(data)).setTopic(topic))
                .build()
                .toByteArray();
        ByteBuf bytes = ByteBufAllocator.DEFAULT.heapBuffer();
        Varint.write(bytes, rpc.length);
        bytes.writeBytes(rpc);
        frame = new byte[bytes.readableBytes()];
        bytes.readBytes(frame);
        int at = 0;
        while (bytes.getLong(at) != MARK) {
            at++;
        }
        bytes.release();
        numberAt = at;
    }

    /** The next frame. <b>Ownership</b>: the caller's. */
    ByteBuf next(ByteBufAllocator allocator) {
        ByteBuf out = allocator.directBuffer(frame.length);
        out.writeBytes(frame);
        out.setLong(numberAt, ++number);
        return out;
    }
}
