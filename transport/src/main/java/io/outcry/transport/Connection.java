package io.outcry.transport;

import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PublicKey;
import io.outcry.core.multiformats.Multiaddr;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One authenticated, multiplexed connection. <b>Threading</b>: every method may be called from any thread. */
public interface Connection {

    PeerId peer();

    PublicKey peerKey();

    /** True if this side dialled. */
    boolean outbound();

    Multiaddr localAddress();

    Multiaddr remoteAddress();

    /** The agreed muxer, for example {@code /yamux/1.0.0}. */
    String muxer();

    /** The round trip last measured by the muxer's ping, nanoseconds; -1 before the first. */
    long roundTripNs();

    /** Opens a stream for the first of {@code protocols} that the peer speaks. */
    CompletableFuture<Stream> newStream(List<String> protocols);

    /** Streams open on this connection, both directions, those in negotiation included. */
    int streamCount();

    boolean isOpen();

    /** Says good-bye and closes; completes when the socket is closed. */
    CompletableFuture<Void> close();
}
