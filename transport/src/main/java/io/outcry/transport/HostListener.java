package io.outcry.transport;

import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * Hears what happens to a host.
 *
 * <p><b>Threading</b>: called on the host's thread, one call at a time. For each connection: {@link #onConnected}, then
 * at most one of {@link #onIdentified} or {@link #onIdentifyFailed} (and {@link #onIdentified} again for each push), then
 * {@link #onDisconnected}, last and once. No stream of a connection reaches a {@link StreamHandler} before every listener
 * heard {@link #onConnected}. A listener must not block; it may close connections and the host from a callback. What it
 * throws is logged.
 */
public interface HostListener {

    default void onConnected(Connection connection) {}

    default void onDisconnected(Connection connection, DisconnectReason reason) {}

    /** The peer told who it is; its protocols and addresses are in the address book by now. */
    default void onIdentified(Connection connection, IdentifyInfo info) {}

    /** The peer did not tell who it is: no identify protocol, silence, or nonsense. */
    default void onIdentifyFailed(Connection connection, String why) {}

    /** The host listens on this address (with the real port). */
    default void onListening(Multiaddr address) {}

    /** The address is no longer listened on. */
    default void onListenClosed(Multiaddr address) {}

    /**
     * A peer broke a rule; also logged as {@code MISBEHAVING_PEER peer=… addr=… why=…}. In a flood some are not told, only
     * counted: {@link Host#misbehaviours}.
     *
     * @param peer null before it has proven who it is
     */
    default void onMisbehaviour(@Nullable PeerId peer, Multiaddr address, String why) {}
}
