package io.outcry.conformance.wire;

import static io.outcry.conformance.wire.RawWire.multistream;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;

/** One yamux stream, blocking. */
final class RawStream {

    private final RawYamux yamux;
    private final int id;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();
    private int taken;
    private long window = 256 * 1024;
    private boolean ended;
    private boolean reset;

    RawStream(RawYamux yamux, int id) {
        this.yamux = yamux;
        this.id = id;
    }

    int id() {
        return id;
    }

    /** Sends within the window, waiting for credit where it must. */
    void send(byte[] data) throws IOException {
        for (int at = 0; at < data.length; ) {
            while (window == 0) {
                yamux.pump();
                requireAlive();
            }
            int length = (int) Math.min(Math.min(window, 16_384), data.length - at);
            byte[] part = Arrays.copyOfRange(data, at, at + length);
            window -= length;
            at += length;
            yamux.frame(RawYamux.DATA, 0, id, length, part);
        }
    }

    void closeWrite() throws IOException {
        yamux.frame(RawYamux.WINDOW_UPDATE, RawYamux.FIN, id, 0, new byte[0]);
    }

    void reset() throws IOException {
        yamux.frame(RawYamux.WINDOW_UPDATE, RawYamux.RST, id, 0, new byte[0]);
    }

    byte[] read(int length) throws IOException {
        while (received.size() - taken < length) {
            if (ended) {
                throw new EOFException(
                        "the stream ended after " + (received.size() - taken) + " of " + length + " bytes");
            }
            requireAlive();
            yamux.pump();
        }
        byte[] bytes = Arrays.copyOfRange(received.toByteArray(), taken, taken + length);
        taken += length;
        return bytes;
    }

    /** What comes until the other side closed its half. */
    byte[] readToEnd() throws IOException {
        while (!ended) {
            requireAlive();
            yamux.pump();
        }
        return read(received.size() - taken);
    }

    /** Waits until the other side reset the stream. */
    void awaitReset() throws IOException {
        while (!reset) {
            yamux.pump();
        }
    }

    long readVarint() throws IOException {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            int next = read(1)[0];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    byte[] readFramed() throws IOException {
        return read(Math.toIntExact(readVarint()));
    }

    String readMessage() throws IOException {
        return RawSession.message(readFramed());
    }

    /** Agrees if {@code protocol} is proposed, else declines and closes. */
    boolean acceptProposal(String protocol) throws IOException {
        boolean agreed = readMessage().equals(protocol);
        send(multistream(agreed ? protocol : "na"));
        if (!agreed) {
            closeWrite();
        }
        return agreed;
    }

    boolean isReset() {
        return reset;
    }

    void onFrame(RawYamux.Frame frame) {
        if (frame.type() == RawYamux.WINDOW_UPDATE) {
            window += frame.length();
        }
        received.writeBytes(frame.body());
        ended |= (frame.flags() & RawYamux.FIN) != 0;
        reset |= (frame.flags() & RawYamux.RST) != 0;
    }

    private void requireAlive() throws IOException {
        if (reset) {
            throw new IOException("stream " + id + " was reset");
        }
    }
}
