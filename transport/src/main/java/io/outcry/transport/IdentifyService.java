package io.outcry.transport;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PeerRecord;
import io.outcry.core.identity.SignedEnvelope;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.transport.StreamException.Reason;
import io.outcry.transport.identify.IdentifyReader;
import io.outcry.transport.identify.IdentifyResult;
import io.outcry.transport.identify.IdentifyWriter;
import io.outcry.transport.identify.LocalIdentity;
import io.outcry.transport.identify.PeerClaims;
import io.outcry.transport.limit.TokenBucket;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Both ends of identify and identify/push.
 *
 * <pre>
 *   connected ─► ask ─► IdentifyReader ─► claims ─► filter ─► address book ─► listeners
 *   peer pushes ────────────┘
 *   handlers or addresses change ─► wait a moment ─► push to those who speak it
 * </pre>
 *
 * <p><b>Threading</b>: {@link #onTick} and {@link #nextDeadlineNs} on the host's thread, readers on event loops, the rest
 * from any thread.
 *
 * <p><b>Spec</b>: libp2p identify. What a peer claims of addresses is filtered by where it is; where it sees us is kept for
 * the embedder to look at and never dialled: one peer's word is not enough.
 */
final class IdentifyService {

    private static final int ASKS_PER_PEER = 16;
    private static final int PUSHES_PER_PEER = 2;
    /** Pushes, and questions, of one connection at once, and each second for long: an answer costs us far more than the question. */
    private static final int BURST = 10;

    private static final double PER_SECOND = 0.5;
    /** Room for a first message; longer ones grow it. */
    private static final int MESSAGE_BYTES = 1_024;
    /** Characters of a peer's agent or version worth showing. */
    private static final int TEXT_MAX = 128;
    /** Signed records kept: one for each kind of audience (this machine, this network, everybody), and a spare. */
    private static final int RECORDS_MAX = 4;

    private record Told(List<Multiaddr> addresses, List<String> protocols) {}

    /** How fast one connection may ask and push. */
    private static final class Rates {
        private final TokenBucket questions;
        private final TokenBucket pushes;

        Rates(long nowNs) {
            this.questions = new TokenBucket(PER_SECOND, BURST, nowNs);
            this.pushes = new TokenBucket(PER_SECOND, BURST, nowNs);
        }

        synchronized boolean takeQuestion(long nowNs) {
            return questions.take(nowNs);
        }

        synchronized boolean takePush(long nowNs) {
            return pushes.take(nowNs);
        }
    }

    private final HostContext context;
    private final TcpTransport transport;
    private final Map<PeerId, IdentifyInfo> infos = new ConcurrentHashMap<>();
    private final Map<Connection, CompletableFuture<IdentifyInfo>> asking = new ConcurrentHashMap<>();
    private final Map<Connection, Rates> rates = new ConcurrentHashMap<>();
    private final Object recordLock = new Object();
    private final Map<List<Multiaddr>, SignedEnvelope> records = new HashMap<>();
    private long lastSeq;
    private volatile long pushDueNs = Long.MAX_VALUE;
    private Told lastTold = new Told(List.of(), List.of());

    IdentifyService(HostContext context, TcpTransport transport) {
        this.context = context;
        this.transport = transport;
    }

    void install() {
        if (context.options().identify()) {
            HostLimits limits = context.options().limits();
            context.handlers()
                    .add(
                            IdentifyWriter.PROTOCOL,
                            this::answer,
                            StreamLimits.ofEachPeer(ASKS_PER_PEER, ASKS_PER_PEER, limits));
            context.handlers()
                    .add(
                            IdentifyWriter.PUSH_PROTOCOL,
                            this::onPush,
                            StreamLimits.ofEachPeer(PUSHES_PER_PEER, PUSHES_PER_PEER, limits));
        }
    }

    /** What the peer told; empty before. */
    Optional<IdentifyInfo> info(PeerId peer) {
        return Optional.ofNullable(infos.get(peer));
    }

    // ---- the host's thread

    void onConnected(NetConnection connection) {
        if (!context.options().identify()) {
            return;
        }
        ask(connection).whenComplete((info, failure) -> {
            if (failure != null) {
                context.agent().onIdentifyFailed(connection, String.valueOf(failure.getMessage()));
            }
        });
    }

    void onDisconnected(NetConnection connection) {
        rates.remove(connection);
        if (context.agent().connections(connection.peer()).isEmpty()) {
            infos.remove(connection.peer());
        }
    }

    long nextDeadlineNs() {
        return pushDueNs;
    }

    void onTick(long nowNs) {
        if (pushDueNs - nowNs > 0) {
            return;
        }
        pushDueNs = Long.MAX_VALUE;
        Told now = new Told(local(), context.handlers().names());
        if (now.equals(lastTold)) {
            return;
        }
        lastTold = now;
        for (Connection connection : context.agent().connections()) {
            if (context.addressBook().protocols(connection.peer()).contains(IdentifyWriter.PUSH_PROTOCOL)) {
                push((NetConnection) connection);
            }
        }
    }

    // ---- ours

    /** Handlers or addresses changed; gathered for a moment, then pushed. Any thread. */
    void onLocalChange() {
        long dueNs = context.nowNs()
                + TimeUnit.MILLISECONDS.toNanos(context.options().timeouts().pushDebounceMs());
        context.agent().offer(agent -> pushDueNs = Math.min(pushDueNs, dueNs));
    }

    private List<Multiaddr> local() {
        List<Multiaddr> announced = context.options().announce();
        return announced.isEmpty() ? LocalAddresses.expand(transport.bound()) : announced;
    }

    private LocalIdentity identityFor(NetConnection connection) {
        List<Multiaddr> addresses = LocalAddresses.visible(local(), connection.remoteAddress());
        return new LocalIdentity(
                context.options().privateKey().publicKey(),
                addresses,
                context.handlers().names(),
                context.options().protocolVersion(),
                context.options().agentVersion(),
                record(addresses));
    }

    /** Our addresses, signed; numbered so that the newest wins even if the wall clock steps back. */
    private SignedEnvelope record(List<Multiaddr> addresses) {
        synchronized (recordLock) {
            SignedEnvelope known = records.get(addresses);
            if (known != null) {
                return known;
            }
            if (records.size() >= RECORDS_MAX) {
                records.clear();
            }
            lastSeq = PeerRecord.nextSeq(lastSeq, context.options().epochClock().epochMs());
            List<Multiaddr> first = addresses.subList(0, Math.min(addresses.size(), PeerRecord.ADDRESSES_MAX));
            SignedEnvelope signed = new PeerRecord(context.self(), lastSeq, first)
                    .toEnvelope(context.options().privateKey());
            records.put(addresses, signed);
            return signed;
        }
    }

    /** Says who we are, and listens for the peer's close only; a peer that keeps the stream open loses it. */
    private void tell(NetConnection connection, Stream stream) {
        ScheduledFuture<?> patience = connection
                .loop()
                .schedule(() -> stream.reset(), context.options().timeouts().identifyMs(), TimeUnit.MILLISECONDS);
        stream.reader(new StreamReader() {
            @Override
            public void onData(Stream same, ByteBuf unasked) {}

            @Override
            public void onClosed(Stream same, @Nullable StreamException cause) {
                patience.cancel(false);
            }
        });
        ByteBuf out = PooledByteBufAllocator.DEFAULT.buffer(MESSAGE_BYTES);
        try {
            IdentifyWriter.write(identityFor(connection), connection.remoteAddress(), out);
            stream.write(out);
        } finally {
            out.release();
        }
        stream.closeWrite();
    }

    private void answer(Stream stream) {
        NetConnection connection = (NetConnection) stream.connection();
        if (rates(connection).takeQuestion(context.nowNs())) {
            tell(connection, stream);
        } else {
            connection.misbehaved("identify: questions come too fast");
            stream.reset();
        }
    }

    private Rates rates(Connection connection) {
        return rates.computeIfAbsent(connection, key -> new Rates(context.nowNs()));
    }

    private void push(NetConnection connection) {
        connection.newStream(List.of(IdentifyWriter.PUSH_PROTOCOL)).thenAccept(stream -> tell(connection, stream));
    }

    // ---- theirs

    /** Asks a peer who it is; one question a connection at a time, which others join: js-libp2p resets a second one. */
    CompletableFuture<IdentifyInfo> ask(NetConnection connection) {
        CompletableFuture<IdentifyInfo> question = new CompletableFuture<>();
        CompletableFuture<IdentifyInfo> underWay = asking.putIfAbsent(connection, question);
        if (underWay != null) {
            return underWay.copy();
        }
        connection
                .newStream(List.of(IdentifyWriter.PROTOCOL))
                .thenCompose(stream -> read(connection, stream))
                .thenApply(claims -> accept(connection, claims))
                .whenComplete((info, failure) -> {
                    asking.remove(connection);
                    if (failure == null) {
                        question.complete(info);
                    } else {
                        question.completeExceptionally(failure);
                    }
                });
        return question.copy();
    }

    private void onPush(Stream stream) {
        NetConnection connection = (NetConnection) stream.connection();
        if (!rates(connection).takePush(context.nowNs())) {
            connection.misbehaved("identify: pushes come too fast");
            stream.reset();
            return;
        }
        read(connection, stream).thenAccept(claims -> accept(connection, claims));
    }

    private CompletableFuture<PeerClaims> read(NetConnection connection, Stream stream) {
        Reading reading = new Reading(connection);
        stream.reader(reading);
        long timeoutMs = context.options().timeouts().identifyMs();
        return reading.result.orTimeout(timeoutMs, TimeUnit.MILLISECONDS).whenComplete((claims, failure) -> {
            if (failure == null) {
                stream.closeWrite();
            } else {
                stream.reset();
            }
        });
    }

    /** Hears a peer out. */
    private static final class Reading implements StreamReader {

        private final NetConnection connection;
        private final IdentifyReader reader;
        private final CompletableFuture<PeerClaims> result = new CompletableFuture<>();

        Reading(NetConnection connection) {
            this.connection = connection;
            this.reader = new IdentifyReader(connection.peerKey());
        }

        @Override
        public void onData(Stream stream, ByteBuf data) {
            if (result.isDone()) {
                data.skipBytes(data.readableBytes());
                return;
            }
            on(reader.onBytes(data));
        }

        @Override
        public void onRemoteClosed(Stream stream) {
            if (!result.isDone()) {
                on(reader.onEnd());
            }
        }

        private void on(IdentifyResult read) {
            if (read instanceof IdentifyResult.Complete complete) {
                result.complete(complete.claims());
            } else if (read instanceof IdentifyResult.Violated violated) {
                connection.misbehaved("identify: " + violated.why());
                result.completeExceptionally(new StreamException(Reason.PROTOCOL, "identify: " + violated.why()));
            }
        }

        @Override
        public void onClosed(Stream stream, @Nullable StreamException cause) {
            result.completeExceptionally(
                    cause != null ? cause : new StreamException(Reason.CLOSED, "identify: closed without an answer"));
        }
    }

    /** Puts what may be believed in the address book, and tells the listeners. */
    private IdentifyInfo accept(NetConnection connection, PeerClaims claims) {
        PeerId peer = connection.peer();
        AddressBook book = context.addressBook();
        if (claims.recordFault() != null) {
            connection.misbehaved("identify: " + claims.recordFault());
        }
        if (!claims.protocols().isEmpty()) {
            book.protocols(peer, claims.protocols());
        }
        List<Multiaddr> addresses = LocalAddresses.visible(claims.addresses(), connection.remoteAddress());
        PeerRecord record = claims.record();
        byte[] envelope = claims.envelope();
        if (record != null && envelope != null) {
            book.addCertified(new PeerRecord(peer, record.seq(), addresses), envelope, AddressBook.CONNECTED_TTL);
        } else {
            book.add(peer, addresses, AddressBook.CONNECTED_TTL);
        }
        IdentifyInfo info = merge(infos.get(peer), claims, addresses);
        book.agent(peer, info.agent());
        infos.put(peer, info);
        if (context.agent().connections(peer).isEmpty()) {
            // Gone meanwhile; nobody else would forget it.
            infos.remove(peer, info);
        }
        context.agent().onIdentified(connection, info);
        return info;
    }

    /** In a push, what is not told is unchanged. */
    private static IdentifyInfo merge(@Nullable IdentifyInfo before, PeerClaims claims, List<Multiaddr> addresses) {
        String agent = claims.agent();
        String version = claims.protocolVersion();
        return new IdentifyInfo(
                agent != null ? MisbehaviourLog.clean(agent, TEXT_MAX) : before == null ? "" : before.agent(),
                version != null
                        ? MisbehaviourLog.clean(version, TEXT_MAX)
                        : before == null ? "" : before.protocolVersion(),
                claims.protocols().isEmpty() && before != null ? before.protocols() : claims.protocols(),
                addresses.isEmpty() && before != null ? before.addresses() : addresses,
                claims.observed() != null || before == null
                        ? Optional.ofNullable(claims.observed())
                        : before.observed(),
                claims.record() != null || before == null
                        ? Optional.ofNullable(claims.record())
                        : before.signedRecord());
    }
}
