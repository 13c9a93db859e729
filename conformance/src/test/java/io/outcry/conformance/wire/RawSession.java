package io.outcry.conformance.wire;

import static io.outcry.conformance.wire.RawWire.multistream;

import io.outcry.testkit.RawPeer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/** A secured connection as a stream of bytes: multistream for security, Noise, and what a muxer would write on top. */
final class RawSession implements AutoCloseable {

    /** What multistream allows a message to be. */
    private static final int MESSAGE_MAX = 1024;

    private final RawPeer peer;
    private final RawNoise noise;
    private ByteArrayInputStream plain = new ByteArrayInputStream(new byte[0]);

    private RawSession(RawPeer peer, RawNoise noise) {
        this.peer = peer;
        this.noise = noise;
    }

    /** Dials, and agrees on {@code muxer} the classic way, by multistream after the handshake. */
    static RawSession dial(InetSocketAddress address, RawIdentity identity, String muxer) throws IOException {
        RawSession session = secure(RawPeer.connect(address), true, identity);
        session.negotiate(muxer);
        return session;
    }

    /** Takes the connection of a dialler, and agrees to {@code muxer} when it is proposed. */
    static RawSession accept(RawPeer peer, RawIdentity identity, String muxer) throws IOException {
        RawSession session = secure(peer, false, identity);
        session.expect(RawWire.MULTISTREAM);
        session.write(multistream(RawWire.MULTISTREAM));
        while (true) {
            String proposal = session.readMessage();
            if (proposal.equals(muxer)) {
                session.write(multistream(muxer));
                return session;
            }
            session.write(multistream("na"));
        }
    }

    /** Multistream for {@code /noise}, then the handshake. */
    static RawSession secure(RawPeer peer, boolean initiator, RawIdentity identity) throws IOException {
        agreeOnNoise(peer, initiator);
        RawNoise noise = new RawNoise(peer, initiator);
        noise.handshake(noise.payload(identity));
        return new RawSession(peer, noise);
    }

    /** Both sides of the plain negotiation; either may write first. */
    static void agreeOnNoise(RawPeer peer, boolean initiator) throws IOException {
        if (initiator) {
            peer.send(multistream(RawWire.MULTISTREAM, RawWire.NOISE));
        } else {
            peer.send(multistream(RawWire.MULTISTREAM));
        }
        expect(RawWire.MULTISTREAM, message(peer.readFramed(MESSAGE_MAX)));
        expect(RawWire.NOISE, message(peer.readFramed(MESSAGE_MAX)));
        if (!initiator) {
            peer.send(multistream(RawWire.NOISE));
        }
    }

    void write(byte[] bytes) throws IOException {
        noise.send(bytes);
    }

    byte[] read(int length) throws IOException {
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; ) {
            if (plain.available() == 0) {
                plain = new ByteArrayInputStream(noise.read());
                continue;
            }
            at += plain.read(bytes, at, length - at);
        }
        return bytes;
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

    String readMessage() throws IOException {
        return message(read(Math.toIntExact(readVarint())));
    }

    /** The socket and the cipher below, for what no session would do. */
    RawPeer peer() {
        return peer;
    }

    RawNoise noise() {
        return noise;
    }

    @Override
    public void close() throws IOException {
        peer.close();
    }

    private void negotiate(String protocol) throws IOException {
        write(multistream(RawWire.MULTISTREAM, protocol));
        expect(RawWire.MULTISTREAM);
        expect(protocol);
    }

    private void expect(String wanted) throws IOException {
        expect(wanted, readMessage());
    }

    private static void expect(String wanted, String message) {
        if (!message.equals(wanted)) {
            throw new AssertionError("wanted " + wanted + ", and got " + message);
        }
    }

    static String message(byte[] line) {
        String text = new String(line, StandardCharsets.UTF_8);
        if (!text.endsWith("\n")) {
            throw new AssertionError("a multistream message without its line feed: " + text);
        }
        return text.substring(0, text.length() - 1);
    }
}
