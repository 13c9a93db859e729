package io.outcry.transport.ping;

import io.netty.buffer.ByteBuf;
import java.util.random.RandomGenerator;

/**
 * Sends random payloads, one at a time on a stream, and measures when they come back.
 *
 * <p><b>Threading</b>: one thread at a time. <b>Ownership</b>: buffers are borrowed; nothing is kept of them.
 *
 * <p><b>Errors</b>: whatever the peer does is a {@link PingResult}. Asking while a ping is under way, or after one failed,
 * is an {@link IllegalStateException}.
 *
 * <p><b>Spec</b>: libp2p ping, {@code /ipfs/ping/1.0.0}.
 */
public final class PingInitiator {

    public static final String PROTOCOL = "/ipfs/ping/1.0.0";

    /** Bytes of a payload (spec). */
    public static final int PAYLOAD_LENGTH = 32;

    /** What other implementations wait for an answer. */
    public static final long TIMEOUT_MS = 10_000;

    private final RandomGenerator random;
    private final long timeoutNs;
    private final byte[] payload = new byte[PAYLOAD_LENGTH];
    private boolean underWay;
    private boolean failed;
    private long sentNs;
    private int echoed;

    /** @param random makes payloads that nobody answers without having read them; injected, so that a test repeats */
    public PingInitiator(RandomGenerator random, long timeoutMs) {
        this.random = random;
        this.timeoutNs = timeoutMs * 1_000_000L;
    }

    /** Appends a new payload and starts the clock. */
    public void ask(ByteBuf out, long nowNs) {
        if (underWay || failed) {
            throw new IllegalStateException(underWay ? "a ping is under way" : "a ping failed on this stream");
        }
        random.nextBytes(payload);
        out.writeBytes(payload);
        underWay = true;
        echoed = 0;
        sentNs = nowNs;
    }

    /** Reads {@code in} to its end. */
    public PingResult onBytes(ByteBuf in, long nowNs) {
        while (in.isReadable()) {
            if (!underWay) {
                return violated(in, "bytes that nobody asked for");
            }
            if (in.readByte() != payload[echoed]) {
                return violated(in, "the echo differs at byte " + echoed);
            }
            echoed++;
            if (echoed == PAYLOAD_LENGTH) {
                underWay = false;
                return in.isReadable()
                        ? violated(in, "more came back than was sent")
                        : new PingResult.Answered(Math.max(0, nowNs - sentNs));
            }
        }
        return PingResult.Pending.INSTANCE;
    }

    /** Time passed. */
    public PingResult onTick(long nowNs) {
        if (!underWay || nowNs - sentNs < timeoutNs) {
            return PingResult.Pending.INSTANCE;
        }
        underWay = false;
        failed = true;
        return PingResult.TimedOut.INSTANCE;
    }

    /** When {@link #onTick} is next wanted; {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        return underWay ? sentNs + timeoutNs : Long.MAX_VALUE;
    }

    private PingResult violated(ByteBuf in, String why) {
        in.skipBytes(in.readableBytes());
        underWay = false;
        failed = true;
        return new PingResult.Violated(why);
    }
}
