package io.outcry.node;

import io.outcry.core.identity.PeerId;
import io.outcry.transport.Host;
import io.outcry.transport.Stream;
import io.outcry.transport.StreamHandler;
import io.outcry.transport.StreamLimits;
import java.util.concurrent.CompletableFuture;

/** What the protocols of a node need of a host, and no more: streams out, streams in. */
interface Streams {

    /** Opens a stream, connecting first if need be. */
    CompletableFuture<Stream> open(PeerId to, String protocol);

    void handle(String protocol, StreamHandler handler, StreamLimits limits);

    void unhandle(String protocol);

    /** A peer broke the rules of a stream. */
    void misbehaved(Stream stream, String why);

    static Streams of(Host host) {
        return new Streams() {
            @Override
            public CompletableFuture<Stream> open(PeerId to, String protocol) {
                return host.newStream(to, protocol);
            }

            @Override
            public void handle(String protocol, StreamHandler handler, StreamLimits limits) {
                host.handle(protocol, handler, limits);
            }

            @Override
            public void unhandle(String protocol) {
                host.unhandle(protocol);
            }

            @Override
            public void misbehaved(Stream stream, String why) {
                host.reportMisbehaviour(stream.connection(), why);
            }
        };
    }
}
