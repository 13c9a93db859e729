package io.outcry.conformance.wire;

import static io.outcry.conformance.wire.RawWire.concat;
import static io.outcry.conformance.wire.RawWire.multistream;
import static io.outcry.conformance.wire.RawWire.u16;
import static io.outcry.conformance.wire.RawWire.u32;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** yamux, frame by frame. Honest by default: pings are answered, data is credited; every other frame is the test's own. */
final class RawYamux implements AutoCloseable {

    static final int DATA = 0;
    static final int WINDOW_UPDATE = 1;
    static final int PING = 2;
    static final int GO_AWAY = 3;

    static final int SYN = 1;
    static final int ACK = 2;
    static final int FIN = 4;
    static final int RST = 8;

    /** A frame as it came. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Frame(int version, int type, int flags, int id, long length, byte[] body) {
        boolean is(int wantedType, int flag) {
            return type == wantedType && (flags & flag) == flag;
        }
    }

    private final RawSession session;
    private final boolean dialler;
    private final Map<Integer, RawStream> streams = new HashMap<>();
    private final Deque<RawStream> opened = new ArrayDeque<>();
    private final List<Frame> seen = new ArrayList<>();
    private boolean crediting = true;
    private int nextId;

    RawYamux(RawSession session, boolean dialler) {
        this.session = session;
        this.dialler = dialler;
        this.nextId = dialler ? 1 : 2;
    }

    /** From now on what comes is not credited, as a reader that stopped. */
    void stopCrediting() {
        crediting = false;
    }

    void frame(int type, int flags, int id, long length, byte[] body) throws IOException {
        session.write(bytes(type, flags, id, length, body));
    }

    static byte[] bytes(int type, int flags, int id, long length, byte[] body) {
        return concat(new byte[] {0, (byte) type}, u16(flags), u32(id), u32(length), body);
    }

    void raw(byte[] bytes) throws IOException {
        session.write(bytes);
    }

    /** Opens a stream and agrees on its protocol. */
    RawStream open(String protocol) throws IOException {
        RawStream stream = openBare();
        stream.send(multistream(RawWire.MULTISTREAM, protocol));
        for (String wanted : List.of(RawWire.MULTISTREAM, protocol)) {
            String answer = stream.readMessage();
            if (!answer.equals(wanted)) {
                throw new IOException("wanted " + wanted + ", and got " + answer);
            }
        }
        return stream;
    }

    /** Opens a stream and says nothing on it. */
    RawStream openBare() throws IOException {
        RawStream stream = new RawStream(this, nextId);
        streams.put(nextId, stream);
        frame(WINDOW_UPDATE, SYN, nextId, 0, new byte[0]);
        nextId += 2;
        return stream;
    }

    /** The next stream of the other side whose first proposal is {@code protocol}; other proposals get {@code na}. */
    RawStream accept(String protocol) throws IOException {
        while (true) {
            RawStream stream = acceptBare();
            if (!stream.readMessage().equals(RawWire.MULTISTREAM)) {
                throw new IOException("a stream that does not begin with multistream");
            }
            stream.send(multistream(RawWire.MULTISTREAM));
            if (stream.acceptProposal(protocol)) {
                return stream;
            }
        }
    }

    /** The next stream of the other side, and not a word said on it. */
    RawStream acceptBare() throws IOException {
        while (opened.isEmpty()) {
            pump();
        }
        return opened.remove();
    }

    /** Ends the connection with a TCP reset, as a machine does that went. */
    void cut() throws IOException {
        session.peer().reset();
    }

    /** Reads frames until one fulfils {@code wanted}. */
    Frame await(Predicate<Frame> wanted) throws IOException {
        for (Frame frame : seen) {
            if (wanted.test(frame)) {
                return frame;
            }
        }
        while (true) {
            Frame frame = pump();
            if (wanted.test(frame)) {
                return frame;
            }
        }
    }

    /** Reads to the end of the connection, and returns the codes of the go-aways that came on the way. */
    List<Long> awaitEnd() throws IOException {
        try {
            while (true) {
                pump();
            }
        } catch (EOFException | SocketException end) {
            return seen.stream()
                    .filter(f -> f.type() == GO_AWAY)
                    .map(Frame::length)
                    .toList();
        }
    }

    List<Frame> seen() {
        return seen;
    }

    /** Reads one frame and does what an honest peer does with it. */
    Frame pump() throws IOException {
        ByteBuffer header = ByteBuffer.wrap(session.read(12));
        int version = header.get();
        int type = header.get();
        int flags = header.getShort();
        int id = header.getInt();
        long length = header.getInt() & 0xffff_ffffL;
        byte[] body = type == DATA ? session.read((int) length) : new byte[0];
        Frame frame = new Frame(version, type, flags, id, length, body);
        seen.add(frame);
        if (type == PING && (flags & SYN) != 0) {
            frame(PING, ACK, 0, length, new byte[0]);
        }
        if (type == DATA || type == WINDOW_UPDATE) {
            onStreamFrame(frame);
        }
        return frame;
    }

    private void onStreamFrame(Frame frame) throws IOException {
        RawStream stream = streams.get(frame.id());
        if (stream == null && (frame.flags() & SYN) != 0 && (frame.id() % 2 == 0) == dialler) {
            stream = new RawStream(this, frame.id());
            streams.put(frame.id(), stream);
            opened.add(stream);
            frame(WINDOW_UPDATE, ACK, frame.id(), 0, new byte[0]);
        }
        if (stream == null) {
            return;
        }
        stream.onFrame(frame);
        if (crediting && frame.body().length > 0) {
            frame(WINDOW_UPDATE, 0, frame.id(), frame.body().length, new byte[0]);
        }
    }

    @Override
    public void close() throws IOException {
        session.close();
    }
}
