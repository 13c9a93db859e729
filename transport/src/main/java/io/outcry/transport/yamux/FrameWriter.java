package io.outcry.transport.yamux;

import io.netty.buffer.ByteBuf;
import io.outcry.transport.muxer.MuxerSink;
import io.outcry.transport.muxer.PendingResets;
import io.outcry.transport.muxer.Turns;
import java.util.function.Consumer;

/**
 * What is to be said, and in which order: pongs, the ping, resets, what streams owe (open, acknowledgement, credit), then
 * data and half-closes, one frame a stream in turn; a good-bye comes last.
 */
final class FrameWriter {

    /** Pongs that wait; more pings than this from a peer that does not read its pongs are not answered. */
    static final int PONGS_MAX = 32;

    /** A frame that room alone makes shorter than this waits for the next write. */
    private static final int SLIVER = 512;

    private final MuxerSink sink;
    private final Consumer<YamuxStream> onFullyClosed;
    private final int frameDataMax;

    private final int[] pongs = new int[PONGS_MAX];
    private int pongFirst;
    private int pongCount;
    private boolean pingDue;
    private int pingValue;
    private final PendingResets resets = new PendingResets();
    private final Turns<YamuxStream> control = new Turns<>();
    private final Turns<YamuxStream> data = new Turns<>();
    private boolean goAwayDue;
    private int goAwayCode;

    FrameWriter(MuxerSink sink, Consumer<YamuxStream> onFullyClosed, int frameDataMax) {
        this.sink = sink;
        this.onFullyClosed = onFullyClosed;
        this.frameDataMax = frameDataMax;
    }

    /** False if too many wait already. */
    boolean pong(int value) {
        if (pongCount == PONGS_MAX) {
            return false;
        }
        pongs[(pongFirst + pongCount) % PONGS_MAX] = value;
        pongCount++;
        return true;
    }

    void ping(int value) {
        pingDue = true;
        pingValue = value;
    }

    boolean pingDue() {
        return pingDue;
    }

    /** False if too many wait already. */
    boolean reset(int id, long code) {
        return resets.offer((id & Frames.U32_MAX) << 32 | code);
    }

    /** The stream owes an open, an acknowledgement or credit. */
    void owes(YamuxStream stream) {
        control.add(stream.control);
    }

    /** The stream may have data or a half-close that can go out now. */
    void consider(YamuxStream stream) {
        if (stream.sendable() > 0 || stream.finDue()) {
            data.add(stream.data);
        }
    }

    void forget(YamuxStream stream) {
        control.remove(stream.control);
        data.remove(stream.data);
    }

    void goAway(int code) {
        goAwayDue = true;
        goAwayCode = code;
    }

    /** Nothing but a good-bye is said from now on. */
    void clear() {
        pongCount = 0;
        pingDue = false;
        goAwayDue = false;
        resets.clear();
        control.clear();
        data.clear();
    }

    boolean isBackedUp() {
        return pongCount == PONGS_MAX || resets.isBackedUp();
    }

    boolean hasOutput() {
        return hasControl() || !data.isEmpty() || goAwayDue;
    }

    private boolean hasControl() {
        return pongCount > 0 || pingDue || !resets.isEmpty() || !control.isEmpty();
    }

    void write(ByteBuf out, int end) {
        writeControl(out, end);
        if (hasControl()) {
            return;
        }
        writeData(out, end);
        if (goAwayDue && data.isEmpty() && fits(out, end)) {
            Frames.writeHeader(out, Frames.GO_AWAY, 0, 0, goAwayCode);
            goAwayDue = false;
        }
    }

    private void writeControl(ByteBuf out, int end) {
        while (pongCount > 0 && fits(out, end)) {
            Frames.writeHeader(out, Frames.PING, Frames.ACK, 0, pongs[pongFirst]);
            pongFirst = (pongFirst + 1) % PONGS_MAX;
            pongCount--;
        }
        if (pingDue && fits(out, end)) {
            Frames.writeHeader(out, Frames.PING, Frames.SYN, 0, pingValue);
            pingDue = false;
        }
        while (!resets.isEmpty() && fits(out, end)) {
            long reset = resets.poll();
            Frames.writeHeader(out, Frames.WINDOW_UPDATE, Frames.RST, (int) (reset >>> 32), (int) reset);
        }
        while (fits(out, end)) {
            YamuxStream stream = control.poll();
            if (stream == null) {
                return;
            }
            writeOwed(out, stream);
        }
    }

    /** One frame carries what a stream owes: a peer that honours one flag a frame understands it too. */
    private static void writeOwed(ByteBuf out, YamuxStream stream) {
        int flags = stream.synDue ? Frames.SYN : stream.ackDue ? Frames.ACK : 0;
        Frames.writeHeader(out, Frames.WINDOW_UPDATE, flags, stream.id, (int) stream.credit);
        stream.receiveWindow += stream.credit;
        stream.credit = 0;
        stream.synDue = false;
        stream.ackDue = false;
    }

    private void writeData(ByteBuf out, int end) {
        int start = out.writerIndex();
        while (fits(out, end)) {
            YamuxStream stream = data.poll();
            if (stream == null) {
                return;
            }
            if (stream.queue.isEmpty()) {
                writeFin(out, stream);
                continue;
            }
            int wanted = (int) Math.min(stream.sendable(), frameDataMax);
            int length = Math.min(wanted, end - out.writerIndex() - Frames.HEADER_LENGTH);
            if (length <= 0 || (length < wanted && length < SLIVER && out.writerIndex() > start)) {
                data.add(stream.data);
                return;
            }
            Frames.writeHeader(out, Frames.DATA, 0, stream.id, length);
            stream.queue.moveTo(out, length);
            stream.sendWindow -= length;
            consider(stream);
            sink.onWritten(stream.handle, length);
        }
    }

    private void writeFin(ByteBuf out, YamuxStream stream) {
        Frames.writeHeader(out, Frames.WINDOW_UPDATE, Frames.FIN, stream.id, 0);
        stream.writeClosed = true;
        sink.onWriteClosed(stream.handle);
        if (stream.remoteClosed) {
            onFullyClosed.accept(stream);
        }
    }

    private static boolean fits(ByteBuf out, int end) {
        return end - out.writerIndex() >= Frames.HEADER_LENGTH;
    }
}
