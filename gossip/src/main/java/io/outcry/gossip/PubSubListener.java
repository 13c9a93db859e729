package io.outcry.gossip;

import io.outcry.core.identity.PeerId;
import io.outcry.gossip.router.PruneReason;

/**
 * Hears what the router does; for traces and consoles.
 *
 * <p><b>Threading</b>: called on the router's thread, in the order of events; it must not block.
 */
public interface PubSubListener {

    /**
     * A peer can be spoken to, or, if it takes no stream of ours, at least heard; {@code protocol} is what our stream to it,
     * or its first stream to us, agreed on.
     */
    default void onPeerUp(PeerId peer, String protocol) {}

    default void onPeerDown(PeerId peer) {}

    default void onSubscribed(PeerId peer, String topic) {}

    default void onUnsubscribed(PeerId peer, String topic) {}

    /** A peer entered the mesh of a topic, grafted by this node or by itself. */
    default void onGraft(PeerId peer, String topic, boolean byUs) {}

    /** A peer left the mesh of a topic or was not let in. */
    default void onPrune(PeerId peer, String topic, PruneReason reason, long backoffMs) {}

    /** A message of a peer was refused for its form or signature. */
    default void onRefused(PeerId peer, String why) {}

    /** Messages for a peer were dropped for want of room since the last call. */
    default void onDropped(PeerId peer, long messages) {}
}
