package io.outcry.testkit;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.Arrays;

/**
 * A blocking socket driven byte by byte: it knows no protocol, so it can say what no honest peer would, and a second
 * implementation of a protocol can be built on it without a line of ours.
 *
 * <p><b>Threading</b>: one thread at a time; {@link #close} and {@link #reset} from any.
 *
 * <p><b>Errors</b>: a read that gets nothing for {@value #TIMEOUT_MS} ms fails as {@link SocketTimeoutException}; the end of
 * the stream inside a read is an {@link EOFException}.
 */
public final class RawPeer implements AutoCloseable {

    /** A failure bound, not a pause. */
    public static final int TIMEOUT_MS = 60_000;

    private final Socket socket;
    private final InputStream in;

    private RawPeer(Socket socket) throws IOException {
        this.socket = socket;
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
        this.in = socket.getInputStream();
    }

    /** Dials {@code address}. */
    public static RawPeer connect(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.connect(address, TIMEOUT_MS);
        return new RawPeer(socket);
    }

    /** A listener on a free port of the loopback address, whose peers are accepted one by one. */
    public static Listener listen() throws IOException {
        return new Listener();
    }

    public InetSocketAddress localAddress() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    public InetSocketAddress remoteAddress() {
        return (InetSocketAddress) socket.getRemoteSocketAddress();
    }

    /** Sends bytes as they are. */
    public RawPeer send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Sends bytes written as hex, white space ignored. */
    public RawPeer sendHex(String hex) throws IOException {
        return send(Hex.bytes(hex));
    }

    /** Sends {@code body} behind its length as a varint. */
    public RawPeer sendFramed(byte[] body) throws IOException {
        return send(Bytes.framed(body));
    }

    /** Sends each byte in a packet of its own, as far as the kernel allows. */
    public RawPeer sendByteByByte(byte[] bytes) throws IOException {
        for (byte b : bytes) {
            send(new byte[] {b});
        }
        return this;
    }

    /** Exactly {@code length} bytes. */
    public byte[] read(int length) throws IOException {
        byte[] bytes = new byte[length];
        int at = 0;
        while (at < length) {
            int count = in.read(bytes, at, length - at);
            if (count < 0) {
                throw new EOFException("the other side ended after " + at + " of " + length + " bytes: "
                        + Hex.text(Arrays.copyOf(bytes, at)));
            }
            at += count;
        }
        return bytes;
    }

    /** An unsigned varint. */
    public long readVarint() throws IOException {
        long value = 0;
        for (int shift = 0; shift < 63; shift += 7) {
            int next = read(1)[0];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IOException("a varint of more than nine bytes");
    }

    /** The body of a frame that begins with its length as a varint. */
    public byte[] readFramed(int lengthMax) throws IOException {
        long length = readVarint();
        if (length > lengthMax) {
            throw new IOException("a frame of " + length + " bytes, " + lengthMax + " allowed");
        }
        return read((int) length);
    }

    /** Whether the other side ends (or resets) the connection; what it still sends before is read away. */
    public boolean awaitEnd() throws IOException {
        byte[] sink = new byte[8192];
        try {
            while (in.read(sink) >= 0) {
                continue;
            }
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    /** Ends our direction only. */
    public RawPeer endOutput() throws IOException {
        socket.shutdownOutput();
        return this;
    }

    /** Cuts the connection with a TCP reset, as a crashed or hostile peer does. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Waits for peers on a free port of the loopback address. */
    public static final class Listener implements AutoCloseable {
        private final ServerSocket server;

        private Listener() throws IOException {
            server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
            server.setSoTimeout(TIMEOUT_MS);
        }

        public InetSocketAddress address() {
            return (InetSocketAddress) server.getLocalSocketAddress();
        }

        /** The next peer that dials us. */
        public RawPeer accept() throws IOException {
            return new RawPeer(server.accept());
        }

        @Override
        public void close() throws IOException {
            server.close();
        }
    }
}
