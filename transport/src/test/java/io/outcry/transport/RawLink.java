package io.outcry.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PrivateKey;
import io.outcry.transport.multistream.MultistreamInitiator;
import io.outcry.transport.multistream.Negotiation;
import io.outcry.transport.noise.NoiseCipher;
import io.outcry.transport.noise.NoiseHandshake;
import io.outcry.transport.noise.NoiseIdentity;
import io.outcry.transport.noise.NoiseOptions;
import io.outcry.transport.noise.NoiseResult;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A peer that shakes hands as it should and then says whatever a test wants, frame by frame, over a blocking socket. It reads
 * only when told to.
 */
final class RawLink implements AutoCloseable {

    private static final int YAMUX_HEADER = 12;

    private final Socket socket;
    private final ByteBuf in = Unpooled.buffer();
    private @Nullable NoiseCipher cipher;

    /** A socket and nothing else. */
    RawLink(Host host) throws IOException {
        socket = new Socket();
        socket.setReceiveBufferSize(16 << 10);
        socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(Hosts.PATIENCE_S));
        socket.connect(host.listenAddresses().get(0).tcpAddress().orElseThrow());
    }

    /** A socket with the handshake done, {@code muxer} agreed early; none if null. */
    static RawLink secured(Host host, @Nullable String muxer) throws IOException {
        return secured(host, muxer, PrivateKey.generate(KeyType.ED25519));
    }

    /** The same, as whoever has this key. */
    static RawLink secured(Host host, @Nullable String muxer, PrivateKey key) throws IOException {
        RawLink link = new RawLink(host);
        link.shakeHands(host, muxer, key);
        return link;
    }

    private void shakeHands(Host host, @Nullable String muxer, PrivateKey key) throws IOException {
        NoiseOptions options = new NoiseOptions(
                NoiseIdentity.of(key, new SecureRandom()), host.peerId(), muxer == null ? List.of() : List.of(muxer));
        MultistreamInitiator security = new MultistreamInitiator(List.of(NoiseHandshake.PROTOCOL));
        try (NoiseHandshake noise = NoiseHandshake.initiator(options, new SecureRandom())) {
            ByteBuf out = Unpooled.buffer();
            security.write(out);
            noise.write(out);
            sendRaw(ByteBufUtil.getBytes(out));
            while (security.onBytes(in) instanceof Negotiation.Pending) {
                fill();
            }
            NoiseResult result = noise.onBytes(in);
            while (result instanceof NoiseResult.Pending) {
                fill();
                result = noise.onBytes(in);
            }
            ByteBuf last = Unpooled.buffer();
            noise.write(last);
            sendRaw(ByteBufUtil.getBytes(last));
            cipher = ((NoiseResult.Established) result).cipher();
        }
    }

    void sendRaw(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** Sends plaintext through the secure channel. */
    void send(byte[] plain) throws IOException {
        ByteBuf sealed = Unpooled.buffer();
        Objects.requireNonNull(cipher, "no handshake yet").seal(Unpooled.wrappedBuffer(plain), sealed);
        sendRaw(ByteBufUtil.getBytes(sealed));
    }

    /** Sends one yamux frame. */
    void yamux(int type, int flags, int stream, int length, byte[] body) throws IOException {
        send(yamuxFrame(type, flags, stream, length, body));
    }

    static byte[] yamuxFrame(int type, int flags, int stream, int length, byte[] body) {
        ByteBuf frame = Unpooled.buffer(YAMUX_HEADER + body.length);
        frame.writeByte(0)
                .writeByte(type)
                .writeShort(flags)
                .writeInt(stream)
                .writeInt(length)
                .writeBytes(body);
        return ByteBufUtil.getBytes(frame);
    }

    /** The plaintext of what comes next, at least one byte. */
    byte[] receive() throws IOException {
        ByteBuf plain = Unpooled.buffer();
        while (!plain.isReadable()) {
            if (Objects.requireNonNull(cipher, "no handshake yet").open(in, plain) < 0) {
                throw new IOException("forged");
            }
            if (!plain.isReadable()) {
                fill();
            }
        }
        return ByteBufUtil.getBytes(plain);
    }

    private void fill() throws IOException {
        byte[] chunk = new byte[8 << 10];
        int read = socket.getInputStream().read(chunk);
        if (read < 0) {
            throw new EOFException("the host closed the connection");
        }
        in.discardReadBytes().writeBytes(chunk, 0, read);
    }

    /** Reads and forgets until the host closes, or resets, the connection. */
    void awaitClose() throws IOException {
        InputStream input = socket.getInputStream();
        byte[] chunk = new byte[8 << 10];
        try {
            while (input.read(chunk) >= 0) {
                // on to the end
            }
        } catch (java.net.SocketException reset) {
            // A reset is an end, too.
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
