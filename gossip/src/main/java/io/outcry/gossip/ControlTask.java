package io.outcry.gossip;

import io.netty.buffer.ByteBuf;

/** Subscriptions and control entries of one frame, which the task owns with its share of the way in and its memory. */
final class ControlTask implements RouterTask {

    private final Link link;
    private final ByteBuf frame;
    private final int bytes;
    private final int share;

    ControlTask(Link link, ByteBuf frame, int share) {
        this.link = link;
        this.frame = frame;
        this.bytes = frame.readableBytes();
        this.share = share;
    }

    @Override
    public void run(RouterAgent agent) {
        if (link.bringUp(agent) && link.isHeardWhole()) {
            agent.router().onRpc(link.slot(), frame, agent.nowNs());
        }
        drop();
    }

    @Override
    public void drop() {
        frame.release();
        link.context().inbound.release(bytes);
        link.settle(share);
    }
}
