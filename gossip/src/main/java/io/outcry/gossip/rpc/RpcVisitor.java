package io.outcry.gossip.rpc;

import io.netty.buffer.ByteBuf;

/**
 * Hears the parts of one RPC as absolute offsets into its buffer, in an order that does not depend on how the sender
 * arranged them: subscriptions, messages, IHAVE, IWANT, GRAFT, PRUNE.
 *
 * <p><b>Ownership</b>: {@code rpc} is borrowed until return. A topic length of -1 means that the field is absent.
 */
public interface RpcVisitor {

    default void onSubscription(ByteBuf rpc, boolean subscribe, int topicOffset, int topicLength) {}

    default void onMessage(ByteBuf rpc, int offset, int length) {}

    /** An IHAVE begins; its ids follow as {@link #onIHaveId}. Return false to pass over them. */
    default boolean onIHave(ByteBuf rpc, int topicOffset, int topicLength) {
        return false;
    }

    default void onIHaveId(ByteBuf rpc, int offset, int length) {}

    default void onIWantId(ByteBuf rpc, int offset, int length) {}

    default void onGraft(ByteBuf rpc, int topicOffset, int topicLength) {}

    /**
     * A PRUNE.
     *
     * @param backoffSeconds as it came, unsigned; 0 if absent
     */
    default void onPrune(ByteBuf rpc, int topicOffset, int topicLength, long backoffSeconds) {}
}
