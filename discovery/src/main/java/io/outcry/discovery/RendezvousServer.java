package io.outcry.discovery;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.outcry.core.multiformats.Varint;
import io.outcry.discovery.rendezvous.CheckedRecord;
import io.outcry.discovery.rendezvous.RendezvousCodec;
import io.outcry.discovery.rendezvous.RendezvousLimits;
import io.outcry.discovery.rendezvous.RendezvousMessage;
import io.outcry.discovery.rendezvous.RendezvousMessage.Discover;
import io.outcry.discovery.rendezvous.RendezvousMessage.DiscoverResponse;
import io.outcry.discovery.rendezvous.RendezvousMessage.Register;
import io.outcry.discovery.rendezvous.RendezvousMessage.RegisterResponse;
import io.outcry.discovery.rendezvous.RendezvousMessage.Unregister;
import io.outcry.discovery.rendezvous.RendezvousStatus;
import io.outcry.discovery.rendezvous.RendezvousStore;
import io.outcry.transport.FrameReader;
import io.outcry.transport.Host;
import io.outcry.transport.Stream;
import io.outcry.transport.StreamException;
import io.outcry.transport.StreamLimits;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A rendezvous point: lets peers register under names and find each other.
 *
 * <pre>
 *   stream ─► frame ─► decode, check the record (connection's thread) ─► RendezvousStore (own thread) ─► answer
 * </pre>
 *
 * A stream's next request is looked at when the answer to the last one left, so a peer that does not read waits alone.
 *
 * <p><b>Threading</b>: any thread.
 *
 * <p><b>Spec</b>: libp2p rendezvous.
 */
public final class RendezvousServer implements AutoCloseable {

    public static final String PROTOCOL = "/rendezvous/1.0.0";

    /** Bytes of requests ahead of their answers; a peer that sends more without reading loses the stream. */
    private static final int HELD_MAX = 4 * RendezvousCodec.REQUEST_LENGTH_MAX;

    /** What a request that waits costs beside its bytes, so that empty ones are not free. */
    private static final int HELD_OVERHEAD = 16;

    /** A stream serves one request, or some; after this it is reset. */
    private static final long STREAM_LIFE_NS = TimeUnit.MINUTES.toNanos(2);

    private static final long SWEEP_NS = TimeUnit.SECONDS.toNanos(10);

    private static final StreamLimits STREAMS = new StreamLimits(8, 1_024, 8);

    private final Host host;
    private final RendezvousStore store;
    private final DiscoveryAgent agent;
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private final AtomicLong requests = new AtomicLong();
    private final AtomicLong refusals = new AtomicLong();
    private volatile int registrations;
    private long sweepNs;

    private RendezvousServer(Host host, RendezvousLimits limits) {
        this.host = host;
        byte[] cookieKey = new byte[RendezvousStore.COOKIE_KEY_LENGTH];
        SecureRandom secure = new SecureRandom();
        secure.nextBytes(cookieKey);
        long nowNs = host.options().clock().nowNs();
        this.store = new RendezvousStore(limits, cookieKey, new SplittableRandom(secure.nextLong()), nowNs);
        this.sweepNs = nowNs + SWEEP_NS;
        this.agent = new DiscoveryAgent("rendezvous-point", host, new Duty());
    }

    /** Serves the rendezvous protocol on this host, with the usual limits. */
    public static RendezvousServer install(Host host) {
        return install(host, RendezvousLimits.DEFAULT);
    }

    public static RendezvousServer install(Host host, RendezvousLimits limits) {
        RendezvousServer server = new RendezvousServer(host, limits);
        server.agent.begin();
        host.handle(PROTOCOL, server::onStream, STREAMS);
        return server;
    }

    private void onStream(Stream stream) {
        Session session = new Session(stream);
        sessions.add(session);
        stream.reader(new FrameReader(RendezvousCodec.REQUEST_LENGTH_MAX, session));
    }

    /** Registrations now. */
    public int registrations() {
        return registrations;
    }

    /** Requests heard so far. */
    public long requests() {
        return requests.get();
    }

    /** Requests answered with an error, so far. */
    public long refusals() {
        return refusals.get();
    }

    /** Stops serving; open streams are reset. Idempotent. */
    @Override
    public void close() {
        host.unhandle(PROTOCOL);
        agent.close();
        sessions.forEach(session -> session.stream.reset());
    }

    /** On the agent's thread; null if there is nothing to say. */
    private @Nullable RendezvousMessage answer(
            Stream stream, RendezvousMessage request, @Nullable CheckedRecord checked) {
        RendezvousMessage answer = null;
        if (request instanceof Register register) {
            answer = store.onRegister(stream.peer(), register.namespace(), checked, register.ttlS(), agent.nowNs());
        } else if (request instanceof Unregister unregister) {
            store.onUnregister(stream.peer(), unregister.namespace());
        } else if (request instanceof Discover discover) {
            answer = store.onDiscover(discover.namespace(), discover.limit(), discover.cookie(), agent.nowNs());
        }
        registrations = store.size();
        return answer;
    }

    private void count(@Nullable RendezvousMessage answer) {
        boolean refused = (answer instanceof RegisterResponse register && register.status() != RendezvousStatus.OK)
                || (answer instanceof DiscoverResponse discover && discover.status() != RendezvousStatus.OK);
        if (refused) {
            refusals.incrementAndGet();
        }
    }

    private static RendezvousMessage busy(RendezvousMessage request) {
        String why = "busy; try later";
        return request instanceof Register
                ? new RegisterResponse(RendezvousStatus.UNAVAILABLE, why, RendezvousMessage.UNSET)
                : new DiscoverResponse(List.of(), new byte[0], RendezvousStatus.UNAVAILABLE, why);
    }

    /** {@code message} behind its length. <b>Ownership</b>: the caller's. */
    static ByteBuf framed(RendezvousMessage message) {
        byte[] body = RendezvousCodec.encode(message);
        ByteBuf out = PooledByteBufAllocator.DEFAULT.buffer(Varint.BYTES_MAX + body.length);
        Varint.write(out, body.length);
        return out.writeBytes(body);
    }

    /** What the agent does by the clock. */
    private final class Duty implements DiscoveryAgent.Duty {

        @Override
        public int onTick(long nowNs) {
            int work = store.onTick(nowNs);
            registrations = store.size();
            if (sweepNs - nowNs <= 0) {
                sweepNs = nowNs + SWEEP_NS;
                for (Session session : sessions) {
                    if (nowNs - session.openedNs > STREAM_LIFE_NS) {
                        session.stream.reset();
                        work++;
                    }
                }
            }
            return work;
        }

        @Override
        public long nextDeadlineNs() {
            long storeNs = store.nextDeadlineNs();
            if (sessions.isEmpty()) {
                return storeNs;
            }
            return storeNs == Long.MAX_VALUE || sweepNs - storeNs < 0 ? sweepNs : storeNs;
        }
    }

    /** One stream; its lock is held for moments only. */
    private final class Session implements FrameReader.Listener {

        private final Stream stream;
        private final long openedNs = agent.nowNs();
        private final ArrayDeque<byte[]> waiting = new ArrayDeque<>();
        private int heldBytes;
        private boolean refused;
        private boolean answering;
        private boolean pumping;
        private boolean remoteClosed;

        private Session(Stream stream) {
            this.stream = stream;
        }

        @Override
        public void onFrame(Stream from, byte[] frame) {
            boolean room;
            synchronized (this) {
                room = heldBytes + HELD_OVERHEAD + frame.length <= HELD_MAX;
                if (room && !refused) {
                    heldBytes += HELD_OVERHEAD + frame.length;
                    waiting.add(frame);
                }
            }
            if (room) {
                nextRequest();
            } else {
                onMalformed(from);
            }
        }

        @Override
        public void onMalformed(Stream from) {
            synchronized (this) {
                if (refused) {
                    return; // what came in the same breath as the nonsense
                }
                refused = true;
                waiting.clear();
            }
            host.reportMisbehaviour(from.connection(), "rendezvous: not a request, or too many ahead of their answers");
            from.reset();
        }

        @Override
        public void onRemoteClosed(Stream from) {
            synchronized (this) {
                remoteClosed = true;
            }
            nextRequest();
        }

        @Override
        public void onEnd(Stream from, @Nullable StreamException cause) {
            sessions.remove(this);
        }

        /** Looks at requests until one waits for its answer; one thread at a time, the others leave it the work. */
        private void nextRequest() {
            synchronized (this) {
                if (pumping) {
                    return;
                }
                pumping = true;
            }
            while (true) {
                byte[] frame;
                synchronized (this) {
                    frame = answering ? null : next();
                    if (frame == null) {
                        pumping = false;
                        if (answering || !remoteClosed) {
                            return;
                        }
                    } else {
                        answering = true;
                    }
                }
                if (frame == null) {
                    stream.closeWrite();
                    return;
                }
                handle(frame);
            }
        }

        private byte @Nullable [] next() {
            byte[] frame = waiting.poll();
            heldBytes -= frame == null ? 0 : HELD_OVERHEAD + frame.length;
            return frame;
        }

        private void handle(byte[] frame) {
            RendezvousMessage request = RendezvousCodec.decode(frame);
            if (request instanceof RegisterResponse || request instanceof DiscoverResponse || request == null) {
                onMalformed(stream);
                return;
            }
            requests.incrementAndGet();
            // Signatures are checked here, on the connection's thread: one peer's flood is no other peer's wait.
            CheckedRecord checked = request instanceof Register register
                    ? CheckedRecord.check(register.signedRecord(), stream.peer())
                    : null;
            if (!agent.execute(() -> send(answer(stream, request, checked)))) {
                send(request instanceof Unregister ? null : busy(request));
            }
        }

        private void send(@Nullable RendezvousMessage answer) {
            count(answer);
            if (answer == null) {
                onAnswered();
                return;
            }
            ByteBuf out = framed(answer);
            try {
                stream.write(out).whenComplete((done, failure) -> {
                    if (failure == null) {
                        onAnswered();
                    }
                });
            } finally {
                out.release();
            }
        }

        private void onAnswered() {
            synchronized (this) {
                answering = false;
            }
            nextRequest();
        }
    }
}
