package io.outcry.gossip;

import io.outcry.gossip.message.MessageId;

/** A peer sent a message that is known. */
record DuplicateTask(Link link, MessageId id) implements RouterTask {

    @Override
    public void run(RouterAgent agent) {
        if (link.bringUp(agent)) {
            agent.router().onDuplicate(link.slot(), id, agent.nowNs());
        }
    }
}
