package io.outcry.transport.mplex;

import io.netty.buffer.ByteBuf;
import io.outcry.transport.muxer.MuxerSink;
import io.outcry.transport.muxer.PendingResets;
import io.outcry.transport.muxer.Turns;
import java.util.function.Consumer;

/** What is to be said, and in which order: resets, opens, then data and closes, one frame a stream in turn. */
final class FrameWriter {

    static final int NEW_STREAM = 0;
    static final int MESSAGE_RECEIVER = 1;
    static final int MESSAGE_INITIATOR = 2;
    static final int CLOSE_RECEIVER = 3;
    static final int CLOSE_INITIATOR = 4;
    static final int RESET_RECEIVER = 5;
    static final int RESET_INITIATOR = 6;

    /** Longest header: id and flag in nine bytes, length in three. */
    private static final int HEADER_LENGTH_MAX = 12;

    /** Longest name of a stream: its id in decimal. */
    private static final int NAME_LENGTH_MAX = 19;

    /** A frame that room alone makes shorter than this waits for the next write. */
    private static final int SLIVER = 512;

    private final MuxerSink sink;
    private final Consumer<MplexStream> onFullyClosed;
    private final int frameDataMax;
    private final PendingResets resets = new PendingResets();
    private final Turns<MplexStream> opening = new Turns<>();
    private final Turns<MplexStream> data = new Turns<>();

    FrameWriter(MuxerSink sink, Consumer<MplexStream> onFullyClosed, int frameDataMax) {
        this.sink = sink;
        this.onFullyClosed = onFullyClosed;
        this.frameDataMax = frameDataMax;
    }

    /** False if too many wait already. */
    boolean reset(long id, boolean outbound) {
        return resets.offer(id << 3 | (outbound ? RESET_INITIATOR : RESET_RECEIVER));
    }

    void open(MplexStream stream) {
        opening.add(stream.opening);
    }

    void consider(MplexStream stream) {
        if (stream.hasOutput()) {
            data.add(stream.data);
        }
    }

    void forget(MplexStream stream) {
        opening.remove(stream.opening);
        data.remove(stream.data);
    }

    void clear() {
        resets.clear();
        opening.clear();
        data.clear();
    }

    boolean isBackedUp() {
        return resets.isBackedUp();
    }

    boolean hasOutput() {
        return !resets.isEmpty() || !opening.isEmpty() || !data.isEmpty();
    }

    void write(ByteBuf out, int end) {
        while (!resets.isEmpty() && room(out, end) >= HEADER_LENGTH_MAX) {
            writeVarint(out, resets.poll());
            out.writeByte(0);
        }
        while (!opening.isEmpty() && room(out, end) >= HEADER_LENGTH_MAX + NAME_LENGTH_MAX) {
            MplexStream stream = opening.poll();
            if (stream != null) {
                writeOpen(out, stream);
            }
        }
        if (resets.isEmpty() && opening.isEmpty()) {
            writeData(out, end);
        }
    }

    private static void writeOpen(ByteBuf out, MplexStream stream) {
        String name = Long.toString(stream.id);
        writeVarint(out, stream.id << 3 | NEW_STREAM);
        out.writeByte(name.length());
        for (int i = 0; i < name.length(); i++) {
            out.writeByte(name.charAt(i));
        }
    }

    private void writeData(ByteBuf out, int end) {
        int start = out.writerIndex();
        while (room(out, end) > HEADER_LENGTH_MAX) {
            MplexStream stream = data.poll();
            if (stream == null) {
                return;
            }
            if (stream.queue.isEmpty()) {
                writeClose(out, stream);
                continue;
            }
            int wanted = (int) Math.min(stream.queue.bytes(), frameDataMax);
            int length = Math.min(wanted, room(out, end) - HEADER_LENGTH_MAX);
            if (length < wanted && length < SLIVER && out.writerIndex() > start) {
                data.add(stream.data);
                return;
            }
            writeVarint(out, stream.id << 3 | (stream.outbound ? MESSAGE_INITIATOR : MESSAGE_RECEIVER));
            writeVarint(out, length);
            stream.queue.moveTo(out, length);
            consider(stream);
            sink.onWritten(stream.handle, length);
        }
    }

    private void writeClose(ByteBuf out, MplexStream stream) {
        writeVarint(out, stream.id << 3 | (stream.outbound ? CLOSE_INITIATOR : CLOSE_RECEIVER));
        out.writeByte(0);
        stream.writeClosed = true;
        sink.onWriteClosed(stream.handle);
        if (stream.remoteClosed) {
            onFullyClosed.accept(stream);
        }
    }

    private static int room(ByteBuf out, int end) {
        return end - out.writerIndex();
    }

    private static void writeVarint(ByteBuf out, long value) {
        long rest = value;
        while (rest >= 0x80) {
            out.writeByte((int) (rest & 0x7f | 0x80));
            rest >>>= 7;
        }
        out.writeByte((int) rest);
    }
}
