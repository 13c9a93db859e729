package io.outcry.discovery;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A way to find peers. Namespaces are names both sides know, for example a market's topic.
 *
 * <p><b>Threading</b>: any thread; futures complete on the finder's or a connection's thread, so do little there.
 *
 * <p><b>Errors</b>: futures fail with {@link DiscoveryException}.
 */
public interface PeerDiscovery extends AutoCloseable {

    /**
     * Lets this node be found under {@code namespace}, and keeps it so until {@link #withdraw} or {@link #close}.
     *
     * @param ttl how long an entry should outlive this node
     * @return the outcome of the first attempt: how long was granted, or why it failed. Unless it was refused for good,
     *     further attempts follow
     */
    CompletableFuture<Duration> advertise(String namespace, Duration ttl);

    /** Ends {@link #advertise}; unknown names are ignored. */
    void withdraw(String namespace);

    /** Up to {@code limit} peers that advertise under {@code namespace}; never this one. */
    CompletableFuture<List<PeerAddresses>> findPeers(String namespace, int limit);

    /** Stops advertising and finding; idempotent. */
    @Override
    void close();
}
