package io.outcry.gossip;

import io.outcry.gossip.message.GossipMessage;

/**
 * A new message of a peer with its share of the way in, its memory, and one reference to its bytes, until the router is done
 * with it or, if a validator decides, until its verdict is there: who sends more than can be judged is slowed down.
 */
final class ArrivalTask implements RouterTask {

    private final Link link;
    private final GossipMessage message;
    private final int bytes;

    ArrivalTask(Link link, GossipMessage message, int bytes) {
        this.link = link;
        this.message = message;
        this.bytes = bytes;
    }

    GossipMessage message() {
        return message;
    }

    /** On a thread of the pool: the signature is good or not. */
    void onVerified(boolean good) {
        PubSubContext context = link.context();
        if (!good) {
            if (!context.mailbox.offer(new InvalidTask(link, "SIGNATURE"))) {
                context.counters.noticesLost.increment();
            }
            drop();
        } else if (!context.mailbox.offer(this)) {
            context.counters.messagesThrottled.increment();
            drop();
        }
    }

    @Override
    public void run(RouterAgent agent) {
        if (!link.bringUp(agent) || !agent.onArrival(link, this)) {
            drop();
        }
    }

    @Override
    public void drop() {
        message.release();
        link.context().inbound.release(bytes);
        link.settle(bytes);
    }
}
