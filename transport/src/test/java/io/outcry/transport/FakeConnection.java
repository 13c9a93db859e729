package io.outcry.transport;

import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.identity.PublicKey;
import io.outcry.core.multiformats.Multiaddr;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A connection that is only a name and a number of streams. */
final class FakeConnection implements Connection {

    private final PublicKey key;
    private final int streams;

    FakeConnection(int streams) {
        this(PrivateKey.generate(KeyType.ED25519).publicKey(), streams);
    }

    FakeConnection(PublicKey key, int streams) {
        this.key = key;
        this.streams = streams;
    }

    @Override
    public PeerId peer() {
        return key.peerId();
    }

    @Override
    public PublicKey peerKey() {
        return key;
    }

    @Override
    public boolean outbound() {
        return false;
    }

    @Override
    public Multiaddr localAddress() {
        return Multiaddr.parse("/ip4/127.0.0.1/tcp/1");
    }

    @Override
    public Multiaddr remoteAddress() {
        return Multiaddr.parse("/ip4/127.0.0.1/tcp/2");
    }

    @Override
    public String muxer() {
        return HostOptions.YAMUX;
    }

    @Override
    public long roundTripNs() {
        return -1;
    }

    @Override
    public CompletableFuture<Stream> newStream(List<String> protocols) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }

    @Override
    public int streamCount() {
        return streams;
    }

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public CompletableFuture<Void> close() {
        return CompletableFuture.completedFuture(null);
    }
}
