package io.outcry.gossip.message;

import org.jspecify.annotations.Nullable;

/**
 * How the messages of a topic are named; every peer of the topic must use the same function.
 *
 * <p><b>Threading</b>: called by several threads at once; it must be pure.
 *
 * <p><b>Spec</b>: pubsub README, "Message Identification". Presets are in {@link MessageIds}.
 */
@FunctionalInterface
public interface MessageIdFunction {

    /**
     * The id of a message.
     *
     * @param message borrowed until return
     * @return a fresh array, or null if the message lacks what the id is made of: it is then refused
     */
    byte @Nullable [] idOf(MessageFields message);
}
