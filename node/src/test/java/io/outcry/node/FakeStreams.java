package io.outcry.node;

import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import io.outcry.transport.Stream;
import io.outcry.transport.StreamHandler;
import io.outcry.transport.StreamLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** A host without a network: dials wait until the test decides them. */
final class FakeStreams implements Streams {

    final List<CompletableFuture<Stream>> dials = new ArrayList<>();
    final List<String> misbehaviours = new ArrayList<>();
    private final Map<String, StreamHandler> handlers = new HashMap<>();

    static PeerId somebody() {
        return PrivateKey.generate(KeyType.ED25519).peerId();
    }

    /** A peer opens a stream. */
    FakeStream opens(PeerId peer, String protocol) {
        FakeStream stream = new FakeStream(peer);
        StreamHandler handler = handlers.get(protocol);
        if (handler == null) {
            throw new AssertionError(protocol + " is not served");
        }
        handler.onStream(stream);
        return stream;
    }

    boolean serves(String protocol) {
        return handlers.containsKey(protocol);
    }

    @Override
    public CompletableFuture<Stream> open(PeerId to, String protocol) {
        CompletableFuture<Stream> dial = new CompletableFuture<>();
        dials.add(dial);
        return dial;
    }

    @Override
    public void handle(String protocol, StreamHandler handler, StreamLimits limits) {
        handlers.put(protocol, handler);
    }

    @Override
    public void unhandle(String protocol) {
        handlers.remove(protocol);
    }

    @Override
    public void misbehaved(Stream stream, String why) {
        misbehaviours.add(why);
    }
}
