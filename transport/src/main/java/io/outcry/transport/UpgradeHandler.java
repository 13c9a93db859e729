package io.outcry.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.concurrent.ScheduledFuture;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PublicKey;
import io.outcry.core.memory.MemoryBudget;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.transport.multistream.MultistreamInitiator;
import io.outcry.transport.multistream.MultistreamListener;
import io.outcry.transport.multistream.Negotiation;
import io.outcry.transport.multistream.ProtocolTable;
import io.outcry.transport.noise.NoiseHandshake;
import io.outcry.transport.noise.NoiseIdentity;
import io.outcry.transport.noise.NoiseOptions;
import io.outcry.transport.noise.NoiseResult;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * From a raw socket to an authenticated one with an agreed muxer, within one absolute deadline.
 *
 * <pre>
 *   SECURITY   multistream: /noise; who dials sends its first Noise message right behind the proposal
 *   HANDSHAKE  Noise XX; then {@link SecureHandler} goes below, and what was left of the segment through it
 *   MUXER      multistream over the secure channel, unless the handshake agreed on one already
 *   WAITING    reading stops until the host has taken the connection; then {@link MuxHandler} takes this one's place
 * </pre>
 *
 * <p>Before the peer is authenticated nothing is kept but what the machines hold: less than 64 KiB.
 *
 * <p><b>Threading</b>: the event loop.
 */
final class UpgradeHandler extends ChannelInboundHandlerAdapter {

    private enum Phase {
        SECURITY,
        HANDSHAKE,
        MUXER,
        WAITING,
        FAILED
    }

    private final HostContext host;
    private final boolean outbound;
    private final @Nullable PeerId expected;
    private final @Nullable MemoryBudget addressShare;
    private final TcpTransport.Outcome outcome;
    private final Multiaddr remote;
    private final @Nullable MultistreamInitiator securityProposal;
    private final @Nullable MultistreamListener securityAnswer;
    private final NoiseIdentity identity;
    private final SecureRandom random;
    private @Nullable NoiseHandshake handshake;
    private @Nullable MultistreamInitiator muxerProposal;
    private @Nullable MultistreamListener muxerAnswer;
    private @Nullable PublicKey peerKey;
    private @Nullable NetConnection connection;
    private @Nullable ByteBuf early;
    private @Nullable ScheduledFuture<?> deadline;
    private Phase phase = Phase.SECURITY;

    UpgradeHandler(
            HostContext host,
            boolean outbound,
            @Nullable PeerId expected,
            Multiaddr remote,
            @Nullable MemoryBudget addressShare,
            NoiseIdentity identity,
            SecureRandom random,
            TcpTransport.Outcome outcome) {
        this.host = host;
        this.outbound = outbound;
        this.expected = expected;
        this.remote = remote;
        this.addressShare = addressShare;
        this.outcome = outcome;
        this.identity = identity;
        this.random = random;
        List<String> security = List.of(NoiseHandshake.PROTOCOL);
        this.securityProposal = outbound ? new MultistreamInitiator(security) : null;
        this.securityAnswer = outbound ? null : new MultistreamListener(ProtocolTable.of(security));
    }

    /** Made when it is needed: a key pair is not spent on a socket that has said nothing yet. */
    private NoiseHandshake noise() {
        NoiseHandshake made = handshake;
        if (made == null) {
            NoiseOptions options =
                    new NoiseOptions(identity, expected, host.options().muxers());
            made = outbound ? NoiseHandshake.initiator(options, random) : NoiseHandshake.responder(options, random);
            handshake = made;
        }
        return made;
    }

    // ---- Netty

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        if (ctx.channel().isActive()) {
            start(ctx);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        start(ctx);
    }

    private void start(ChannelHandlerContext ctx) {
        if (deadline != null) {
            return;
        }
        long ms = host.options().timeouts().upgradeMs();
        deadline = ctx.executor().schedule(() -> onDeadline(ctx, ms), ms, TimeUnit.MILLISECONDS);
        MultistreamInitiator proposal = securityProposal;
        if (proposal != null) {
            ByteBuf out = ctx.alloc().buffer(256);
            proposal.write(out);
            noise().write(out);
            send(ctx, out);
        }
    }

    private void onDeadline(ChannelHandlerContext ctx, long ms) {
        // While it waits for the host's thread, it is we who are late.
        boolean peersFault = !outbound && phase != Phase.WAITING;
        fail(ctx, "the upgrade did not finish within " + ms + " ms, it was in " + phase, peersFault, false);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            read(ctx, in);
        } catch (RuntimeException failure) {
            host.onUserFailure("the upgrade with " + remote, failure);
            fail(ctx, "the upgrade failed: " + failure, false, false);
        } finally {
            in.release();
        }
    }

    private void read(ChannelHandlerContext ctx, ByteBuf in) {
        while (in.isReadable()) {
            int before = in.readableBytes();
            Phase was = phase;
            switch (phase) {
                case SECURITY -> readSecurity(ctx, in);
                case HANDSHAKE -> readHandshake(ctx, in);
                case MUXER -> readMuxer(ctx, in);
                case WAITING -> keep(ctx, in);
                case FAILED -> in.skipBytes(in.readableBytes());
            }
            if (in.readableBytes() == before && phase == was) {
                return;
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        NetConnection made = connection;
        if (made != null) {
            release();
            host.onGone(made);
            made.onGone();
            return;
        }
        fail(ctx, "the peer closed the connection during the upgrade, in " + phase, false, false);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        boolean forged = cause instanceof SecureHandler.ForgedException;
        if (!forged && !(cause instanceof IOException)) {
            host.onUserFailure("the upgrade with " + remote, cause);
        }
        fail(
                ctx,
                forged ? String.valueOf(cause.getMessage()) : "the socket failed: " + cause.getMessage(),
                forged,
                false);
        ctx.close();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        release();
    }

    // ---- phases

    private void readSecurity(ChannelHandlerContext ctx, ByteBuf in) {
        MultistreamInitiator proposal = securityProposal;
        MultistreamListener answer = securityAnswer;
        Negotiation result;
        if (proposal != null) {
            result = proposal.onBytes(in);
        } else if (answer != null) {
            result = answer.onBytes(in);
            if (answer.hasOutput()) {
                ByteBuf out = ctx.alloc().buffer(128);
                answer.write(out);
                send(ctx, out);
            }
        } else {
            return;
        }
        if (result instanceof Negotiation.Agreed) {
            phase = Phase.HANDSHAKE;
        } else if (result instanceof Negotiation.Unsupported) {
            fail(ctx, "no common security protocol, this side speaks " + NoiseHandshake.PROTOCOL, false, false);
        } else if (result instanceof Negotiation.Violated violated) {
            fail(ctx, "multistream: " + violated.why(), true, false);
        }
    }

    private void readHandshake(ChannelHandlerContext ctx, ByteBuf in) {
        NoiseHandshake noise = noise();
        NoiseResult result = noise.onBytes(in);
        if (noise.hasOutput()) {
            ByteBuf out = ctx.alloc().buffer(512);
            noise.write(out);
            send(ctx, out);
        }
        if (result instanceof NoiseResult.Failed failed) {
            boolean wrongPeer = failed.reason() == NoiseResult.Reason.PEER_MISMATCH;
            boolean peersFault = failed.reason() != NoiseResult.Reason.ENDED && !wrongPeer;
            fail(ctx, "noise: " + failed.why(), peersFault, wrongPeer);
        } else if (result instanceof NoiseResult.Established established) {
            onSecured(ctx, established, in);
        }
    }

    private void onSecured(ChannelHandlerContext ctx, NoiseResult.Established established, ByteBuf in) {
        peerKey = established.peerKey();
        SecureHandler secure = new SecureHandler(established.cipher(), host.counters());
        ctx.pipeline().addBefore(ctx.name(), "secure", secure);
        if (established.peer().equals(host.self())) {
            fail(ctx, "the peer is ourselves", false, false);
            return;
        }
        PeerId proven = established.peer();
        if (!host.allows(gater -> gater.allowSecured(outbound, proven, remote))) {
            fail(ctx, "the gater refused " + established.peer(), false, false);
            return;
        }
        String muxer = established.muxer();
        if (muxer != null) {
            done(ctx, muxer);
        } else {
            phase = Phase.MUXER;
            negotiateMuxer(ctx);
        }
        if (in.isReadable()) {
            ChannelHandlerContext below = ctx.pipeline().context(secure);
            ByteBuf rest = in.readRetainedSlice(in.readableBytes());
            if (below == null) {
                rest.release();
            } else {
                secure.channelRead(below, rest);
            }
        }
    }

    private void negotiateMuxer(ChannelHandlerContext ctx) {
        if (outbound) {
            MultistreamInitiator proposal =
                    new MultistreamInitiator(host.options().muxers());
            muxerProposal = proposal;
            ByteBuf out = ctx.alloc().buffer(128);
            proposal.write(out);
            send(ctx, out);
        } else {
            muxerAnswer =
                    new MultistreamListener(ProtocolTable.of(host.options().muxers()));
        }
    }

    private void readMuxer(ChannelHandlerContext ctx, ByteBuf in) {
        MultistreamInitiator proposal = muxerProposal;
        MultistreamListener answer = muxerAnswer;
        Negotiation result;
        ByteBuf out = ctx.alloc().buffer(128);
        if (proposal != null) {
            result = proposal.onBytes(in);
            proposal.write(out);
        } else if (answer != null) {
            result = answer.onBytes(in);
            answer.write(out);
        } else {
            out.release();
            return;
        }
        send(ctx, out);
        if (result instanceof Negotiation.Agreed agreed) {
            done(ctx, agreed.protocol());
        } else if (result instanceof Negotiation.Unsupported unsupported) {
            fail(ctx, "no common muxer: " + unsupported, false, false);
        } else if (result instanceof Negotiation.Violated violated) {
            fail(ctx, "multistream: " + violated.why(), true, false);
        }
    }

    private void done(ChannelHandlerContext ctx, String muxer) {
        PublicKey key = peerKey;
        if (key == null) {
            throw new IllegalStateException("not secured");
        }
        phase = Phase.WAITING;
        closeHandshake();
        Channel channel = ctx.channel();
        channel.config().setAutoRead(false);
        NetConnection made = new NetConnection(
                host, channel, key, outbound, TcpTransport.localAddress(channel), remote, muxer, addressShare);
        connection = made;
        outcome.onUpgraded(made);
    }

    /** The host has taken the connection. */
    void activate(ChannelHandlerContext ctx) {
        NetConnection made = connection;
        if (made == null || !ctx.channel().isActive() || phase != Phase.WAITING) {
            ctx.close();
            return;
        }
        cancelDeadline();
        MuxHandler mux = new MuxHandler(made);
        ByteBuf waiting = early;
        early = null;
        ctx.pipeline().replace(this, "mux", mux);
        made.activate(mux);
        ChannelHandlerContext muxContext = ctx.pipeline().context(mux);
        if (waiting != null) {
            mux.channelRead(muxContext, waiting);
        }
        mux.channelReadComplete(muxContext);
    }

    private void keep(ChannelHandlerContext ctx, ByteBuf in) {
        ByteBuf waiting = early;
        if (waiting == null) {
            waiting = ctx.alloc().buffer(in.readableBytes());
            early = waiting;
        }
        waiting.writeBytes(in);
    }

    private static void send(ChannelHandlerContext ctx, ByteBuf out) {
        if (out.isReadable()) {
            ctx.writeAndFlush(out);
        } else {
            out.release();
        }
    }

    // ---- the end

    private void fail(ChannelHandlerContext ctx, String why, boolean peersFault, boolean wrongPeer) {
        if (phase == Phase.FAILED) {
            return;
        }
        NetConnection made = connection;
        phase = Phase.FAILED;
        release();
        host.counters().upgradeFailed();
        if (peersFault) {
            PublicKey key = peerKey;
            host.onMisbehaviour(key == null ? expected : key.peerId(), remote, why);
        }
        if (made == null) {
            outcome.onFailed(why, wrongPeer);
        }
        ctx.close();
    }

    private void release() {
        cancelDeadline();
        closeHandshake();
        ByteBuf waiting = early;
        if (waiting != null) {
            early = null;
            waiting.release();
        }
    }

    private void closeHandshake() {
        NoiseHandshake made = handshake;
        if (made != null) {
            made.close();
        }
    }

    private void cancelDeadline() {
        ScheduledFuture<?> planned = deadline;
        if (planned != null) {
            planned.cancel(false);
        }
    }
}
