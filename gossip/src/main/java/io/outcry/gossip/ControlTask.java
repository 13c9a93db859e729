package io.outcry.gossip;

import io.netty.buffer.ByteBuf;

/** Subscriptions and control entries of one frame, which the task owns. */
record ControlTask(Link link, ByteBuf frame) implements RouterTask {

    @Override
    public void run(RouterAgent agent) {
        if (link.bringUp(agent)) {
            agent.router().onRpc(link.slot(), frame, agent.nowNs());
        }
        frame.release();
    }

    @Override
    public void drop() {
        frame.release();
    }
}
