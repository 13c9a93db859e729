package io.outcry.transport;

import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * The firewall of a host: asked at each stage of a connection, cheapest first. False refuses: the socket is closed.
 *
 * <pre>
 *   dial:    peerDial(peer) → addressDial(peer, address) ─────────────→ secured → upgraded
 *   accept:  accept(address), before a byte is read ──────────────────→ secured → upgraded
 * </pre>
 *
 * <p><b>Threading</b>: called on event loops and on the host's thread, by several at once; it must not block. A gater
 * that throws refuses.
 */
public interface ConnectionGater {

    /** A gater that allows everything. */
    ConnectionGater OPEN = new ConnectionGater() {};

    /** Whether to dial this peer at all. */
    default boolean allowPeerDial(PeerId peer) {
        return true;
    }

    /**
     * Whether to dial this (resolved) address.
     *
     * @param peer null if the address does not say who is expected there
     */
    default boolean allowAddressDial(@Nullable PeerId peer, Multiaddr address) {
        return true;
    }

    /** Whether to read from a socket just accepted; nothing is known but where it comes from. */
    default boolean allowAccept(Multiaddr local, Multiaddr remote) {
        return true;
    }

    /** Whether to go on with a peer that has proven who it is. */
    default boolean allowSecured(boolean outbound, PeerId peer, Multiaddr remote) {
        return true;
    }

    /** Whether to keep the finished connection; the last word. */
    default boolean allowUpgraded(Connection connection) {
        return true;
    }
}
