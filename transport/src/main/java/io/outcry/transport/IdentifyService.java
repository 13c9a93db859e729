package io.outcry.transport;

import io.outcry.core.identity.PeerId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Both ends of identify and identify/push. */
final class IdentifyService {

    IdentifyService(HostContext context, TcpTransport transport) {}

    void install() {}

    void onConnected(NetConnection connection) {}

    void onDisconnected(NetConnection connection) {}

    void onLocalChange() {}

    long nextDeadlineNs() {
        return Long.MAX_VALUE;
    }

    void onTick(long nowNs) {}

    Optional<IdentifyInfo> info(PeerId peer) {
        return Optional.empty();
    }

    CompletableFuture<IdentifyInfo> ask(NetConnection connection) {
        return CompletableFuture.failedFuture(new UnsupportedOperationException());
    }
}
