package io.outcry.gossip.router;

import io.outcry.core.identity.PeerId;
import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.MessageId;

/**
 * All outputs of a {@link GossipRouter}, made synchronously and in deterministic order. A peer is named by its slot, from
 * {@link #onSlotOpened} to {@link #onSlotClosed}.
 *
 * <p><b>Threading</b> and <b>Ownership</b>: as {@link GossipEvents}.
 */
public interface GossipSink extends GossipEvents {

    /** A peer got a slot; everything for it comes after. */
    void onSlotOpened(int slot, PeerId peer);

    /** The slot is free and may be given to another peer. */
    void onSlotClosed(int slot);

    void sendSubscription(int slot, String topic, boolean subscribe);

    void sendGraft(int slot, String topic);

    /** A PRUNE; a backoff of 0 is not mentioned on the wire. */
    void sendPrune(int slot, String topic, long backoffSeconds);

    /** A GRAFT not sent yet must not be sent any more. */
    void withdrawGraft(int slot, String topic);

    /** Announces ids; the array is shared by several peers and never changes. */
    void sendIHave(int slot, String topic, MessageId[] ids);

    /** Asks for the first {@code count} of {@code ids}; the array is the router's and is reused. */
    void sendIWant(int slot, MessageId[] ids, int count);

    void sendMessage(int slot, GossipMessage message, DataKind kind);
}
