package io.outcry.transport;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.ImmediateEventExecutor;
import io.outcry.core.identity.PeerId;
import io.outcry.core.memory.MemoryBudget;
import io.outcry.core.memory.Priority;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.transport.limit.IpLimits;
import io.outcry.transport.limit.IpShares;
import io.outcry.transport.noise.NoiseIdentity;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * TCP sockets: listening, dialling, and the gates before a byte is read.
 *
 * <pre>
 *   accept ─► gater ─► limits by IP ─► memory ─► handshakes under way ─► {@link UpgradeHandler} ─► host's thread
 *   dial ───────────────────────────────────────────► memory ─► {@link UpgradeHandler} ─► host's thread
 * </pre>
 *
 * <p><b>Threading</b>: any thread, unless it says otherwise.
 */
final class TcpTransport {

    /** Counted for each socket for as long as it lives: what the upgrade may hold, then cipher, muxer and read buffer. */
    static final int SOCKET_BYTES = 64 << 10;
    /** Read buffers start small, so that an idle or unfinished connection costs little. */
    private static final int READ_MIN = 512;

    private static final int READ_START = 2_048;
    private static final int READ_MAX = 64 << 10;
    private static final WriteBufferWaterMark WRITE_MARKS = new WriteBufferWaterMark(64 << 10, 256 << 10);

    /** What became of an upgrade; told on the event loop, once. */
    interface Outcome {
        void onUpgraded(NetConnection connection);

        void onFailed(String why, boolean wrongPeer);
    }

    /** A socket in dial. */
    static final class Attempt {
        private volatile @Nullable Channel channel;
        private volatile boolean abandoned;

        /** Nobody wants it any more: the socket is closed. Any thread. */
        void abandon() {
            abandoned = true;
            Channel known = channel;
            if (known != null) {
                known.close();
            }
        }

        private void channel(Channel made) {
            channel = made;
            if (abandoned) {
                made.close();
            }
        }
    }

    private final HostContext host;
    private final IoSockets sockets;
    private final EventLoopGroup loops;
    private final ChannelGroup all = new DefaultChannelGroup("outcry", ImmediateEventExecutor.INSTANCE, true);
    private final List<Channel> listeners = new CopyOnWriteArrayList<>();
    private final IpLimits ipLimits;
    /** Its own lock, since every loop may accept. */
    private final IpShares ipShares;
    /** Inbound sockets in upgrade, oldest first; its own lock, since every loop may accept. */
    private final Set<Channel> upgrading = new LinkedHashSet<>();

    private final SecureRandom random = new SecureRandom();
    private final NoiseIdentity identity;

    TcpTransport(HostContext host) {
        this.host = host;
        HostOptions options = host.options();
        this.identity = NoiseIdentity.of(options.privateKey(), random);
        this.sockets = IoSockets.choose(options.nativeTransport());
        this.loops = new MultiThreadIoEventLoopGroup(
                options.ioThreads(), new DefaultThreadFactory("net", true), sockets.loops());
        HostLimits limits = options.limits();
        this.ipLimits = new IpLimits(
                limits.connectionsPerIp(),
                limits.handshakesPerIp(),
                limits.acceptsPerMinutePerIp(),
                limits.acceptBurstPerIp(),
                limits.loopbackLimited());
        this.ipShares = new IpShares(host.peerBytes(), limits.loopbackLimited());
    }

    EventLoopGroup loops() {
        return loops;
    }

    IoSockets sockets() {
        return sockets;
    }

    /** Inbound sockets in upgrade. */
    int handshakes() {
        synchronized (upgrading) {
            return upgrading.size();
        }
    }

    /**
     * Takes the socket in; if as many are in upgrade as may be, the oldest gives way. An honest handshake takes a few round
     * trips, so whoever stalls is the first to go, and keeps nobody out.
     */
    private void startUpgrade(Channel channel) {
        Channel oldest = null;
        synchronized (upgrading) {
            if (upgrading.size() >= host.options().limits().handshakes()) {
                Iterator<Channel> oldestFirst = upgrading.iterator();
                oldest = oldestFirst.next();
                oldestFirst.remove();
            }
            upgrading.add(channel);
        }
        if (oldest != null) {
            oldest.close();
        }
    }

    private void endUpgrade(Channel channel) {
        synchronized (upgrading) {
            upgrading.remove(channel);
        }
    }

    void later(Runnable task, long ms) {
        try {
            loops.next().schedule(task, ms, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closed) {
            // The host is closed; nobody waits for this.
        }
    }

    // ---- listening

    /** Listens; blocks until the socket is bound. */
    Multiaddr listen(Multiaddr address) {
        InetSocketAddress socket = address.tcpAddress()
                .orElseThrow(() -> new ListenException(address, "it is no /ip4 or /ip6 address with /tcp"));
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(sockets.server())
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childOption(ChannelOption.AUTO_READ, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        onAccepted(channel);
                    }
                });
        ChannelFuture bound = bootstrap.bind(socket).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new ListenException(address, why(bound.cause(), socket), bound.cause());
        }
        listeners.add(bound.channel());
        all.add(bound.channel());
        return localAddress(bound.channel());
    }

    private static String why(Throwable cause, InetSocketAddress socket) {
        String text = String.valueOf(cause.getMessage());
        if (text.contains("in use")) {
            return "port " + socket.getPort()
                    + " is in use by another program; choose another port or stop that program";
        }
        if (cause instanceof BindException || cause instanceof IOException) {
            return text + "; the address must be one of this machine, and ports below 1024 may need privileges";
        }
        return text;
    }

    /** What is listened on, as bound. */
    List<Multiaddr> bound() {
        List<Multiaddr> addresses = new ArrayList<>();
        for (Channel listener : listeners) {
            if (listener.isOpen()) {
                addresses.add(localAddress(listener));
            }
        }
        return addresses;
    }

    boolean isOwn(Multiaddr address) {
        return bound().contains(address);
    }

    private void onAccepted(Channel channel) {
        if (channel.remoteAddress() == null) {
            // The peer was gone before we looked.
            channel.close();
            return;
        }
        configure(channel);
        all.add(channel);
        host.counters().acceptedOne();
        Multiaddr remote = remoteAddress(channel);
        long ticket = admit(channel, remote);
        if (ticket < 0) {
            host.counters().acceptRefused();
            channel.close();
            return;
        }
        SocketMemory memory = new SocketMemory(((InetSocketAddress) channel.remoteAddress()).getAddress());
        if (!memory.reserve()) {
            memory.close();
            host.counters().acceptRefused();
            ipLimits.onClosed(ticket, false);
            channel.close();
            return;
        }
        Inbound inbound = new Inbound(channel, ticket);
        startUpgrade(channel);
        channel.closeFuture().addListener(closed -> {
            inbound.onClosed();
            memory.close();
        });
        channel.pipeline()
                .addLast(
                        "upgrade",
                        new UpgradeHandler(host, false, null, remote, memory.address, identity, random, inbound));
    }

    /** What one socket holds, counted for the address it leads to as well; given back once. Any thread. */
    private final class SocketMemory {
        private final InetAddress remote;
        /** The share of the address; null if that is exempt. */
        private final @Nullable MemoryBudget address;

        private final MemoryBudget socket;
        private final AtomicBoolean closed = new AtomicBoolean();

        SocketMemory(InetAddress remote) {
            this.remote = remote;
            synchronized (ipShares) {
                this.address = ipShares.open(remote);
            }
            this.socket = host.memory().child("socket", host.peerBytes(), address);
        }

        boolean reserve() {
            return socket.reserve(SOCKET_BYTES, Priority.HIGH);
        }

        void close() {
            if (closed.compareAndSet(false, true)) {
                socket.close();
                synchronized (ipShares) {
                    ipShares.close(remote);
                }
            }
        }
    }

    private long admit(Channel channel, Multiaddr remote) {
        Multiaddr local = localAddress(channel);
        if (!host.allows(gater -> gater.allowAccept(local, remote))) {
            return -1;
        }
        InetSocketAddress from = (InetSocketAddress) channel.remoteAddress();
        long ticket = ipLimits.admit(from.getAddress(), host.nowNs());
        if (ticket < 0) {
            host.onMisbehaviour(null, remote, "accept: " + ipLimits.lastRefusal() + " from this address");
        }
        return ticket;
    }

    /** Gives back what an accepted socket was counted in. */
    private final class Inbound implements Outcome {
        private final Channel channel;
        private final long ticket;
        private boolean upgraded;

        Inbound(Channel channel, long ticket) {
            this.channel = channel;
            this.ticket = ticket;
        }

        @Override
        public void onUpgraded(NetConnection connection) {
            upgraded = true;
            endUpgrade(channel);
            ipLimits.onUpgraded(ticket);
            host.agent().onUpgraded(connection, 0);
        }

        @Override
        public void onFailed(String why, boolean wrongPeer) {
            // Counted and, if the peer's fault, logged already.
        }

        void onClosed() {
            endUpgrade(channel);
            ipLimits.onClosed(ticket, upgraded);
        }
    }

    // ---- dialling

    /** Connects and upgrades; the agent hears what became of it. */
    Attempt dial(long id, Multiaddr address, @Nullable PeerId peer) {
        Attempt attempt = new Attempt();
        InetSocketAddress socket = address.tcpAddress().orElseThrow();
        SocketMemory memory = new SocketMemory(socket.getAddress());
        if (!memory.reserve()) {
            memory.close();
            host.agent().onDialFailed(id, "is not dialled: the memory budget is used up", false);
            return attempt;
        }
        Outcome outcome = new Outcome() {
            @Override
            public void onUpgraded(NetConnection connection) {
                host.agent().onUpgraded(connection, id);
            }

            @Override
            public void onFailed(String why, boolean wrongPeer) {
                host.agent().onDialFailed(id, why, wrongPeer);
            }
        };
        Bootstrap bootstrap = new Bootstrap()
                .group(loops)
                .channel(sockets.client())
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        host.options().timeouts().tcpConnectMs())
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        configure(channel);
                        all.add(channel);
                        channel.closeFuture().addListener(closed -> memory.close());
                        // From the start: a listener may speak before the connect future's listeners have run.
                        channel.pipeline()
                                .addLast(
                                        "upgrade",
                                        new UpgradeHandler(
                                                host, true, peer, address, memory.address, identity, random, outcome));
                    }
                });
        ChannelFuture connecting;
        try {
            connecting = bootstrap.connect(socket);
        } catch (RejectedExecutionException closed) {
            memory.close();
            return attempt;
        }
        attempt.channel(connecting.channel());
        connecting.addListener((ChannelFutureListener) done -> {
            if (!done.isSuccess()) {
                memory.close();
                outcome.onFailed(reason(done.cause()), false);
            }
        });
        return attempt;
    }

    private static String reason(Throwable cause) {
        String text = String.valueOf(cause.getMessage());
        int colon = text.indexOf(": /");
        return colon > 0 ? text.substring(0, colon) : text;
    }

    /** Lets streams flow on a connection the host has taken. */
    void activate(NetConnection connection) {
        connection.loop().execute(() -> {
            ChannelHandlerContext ctx = connection.channel().pipeline().context(UpgradeHandler.class);
            if (ctx != null) {
                ((UpgradeHandler) ctx.handler()).activate(ctx);
            }
        });
    }

    private static void configure(Channel channel) {
        channel.config()
                .setAllocator(PooledByteBufAllocator.DEFAULT)
                .setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator(READ_MIN, READ_START, READ_MAX))
                .setWriteBufferWaterMark(WRITE_MARKS);
        channel.config().setOption(ChannelOption.TCP_NODELAY, true);
        channel.config().setOption(ChannelOption.SO_KEEPALIVE, true);
    }

    static Multiaddr localAddress(Channel channel) {
        return Multiaddr.ofTcp((InetSocketAddress) channel.localAddress());
    }

    static Multiaddr remoteAddress(Channel channel) {
        return Multiaddr.ofTcp((InetSocketAddress) channel.remoteAddress());
    }

    // ---- the end

    /** Stops listening; returns when the ports are free. */
    void closeListeners(long timeoutMs) {
        for (Channel listener : listeners) {
            Multiaddr address = localAddress(listener);
            listener.close().awaitUninterruptibly(timeoutMs);
            host.agent().onListening(address, false);
        }
        listeners.clear();
    }

    /** Closes every socket there is and every one to come, in bounded time. */
    void closeSockets(long timeoutMs) {
        all.close().awaitUninterruptibly(timeoutMs);
    }

    /** Ends the loops, in bounded time. */
    void close(long timeoutMs) {
        loops.shutdownGracefully(0, timeoutMs, TimeUnit.MILLISECONDS).awaitUninterruptibly(2 * timeoutMs);
    }
}
