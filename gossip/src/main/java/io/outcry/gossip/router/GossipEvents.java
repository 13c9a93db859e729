package io.outcry.gossip.router;

import io.outcry.core.identity.PeerId;
import io.outcry.gossip.message.GossipMessage;

/**
 * The part of a router's outputs that is not for the wire.
 *
 * <p><b>Threading</b>: called by the thread that drives the router, within an input; it never calls back into the router.
 *
 * <p><b>Ownership</b>: messages are borrowed until return.
 */
public interface GossipEvents {

    /** A message was accepted and is for the subscribers of its topic. */
    void deliver(GossipMessage message, PeerId from);

    /** A message of a topic with {@link TopicParams#awaitsVerdict}: {@link GossipRouter#onVerdict} is awaited. */
    default void validate(GossipMessage message, PeerId from) {}

    /** A message that went to {@link #validate} has its verdict, or its time has passed: nothing waits for one any more. */
    default void onSettled(GossipMessage message) {}

    /** A peer subscribed to a topic or left it. */
    default void onSubscription(PeerId peer, String topic, boolean subscribed) {}

    /** A peer entered the mesh; {@code byUs} if this node grafted it. */
    default void onGraft(PeerId peer, String topic, boolean byUs) {}

    /** A peer left the mesh, or was refused; {@code backoffMs} as announced, 0 if none. */
    default void onPrune(PeerId peer, String topic, PruneReason reason, long backoffMs) {}
}
