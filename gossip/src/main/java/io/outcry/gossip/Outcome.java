package io.outcry.gossip;

/**
 * How a publish ended.
 *
 * @param status in a word
 * @param peers it was meant for
 * @param written copies whose bytes were handed to the socket
 * @param dropped copies lost before: no room, or the peer went
 */
public record Outcome(Status status, int peers, int written, int dropped) {

    /** The end of a publish in a word. */
    public enum Status {
        /** At least one copy left. */
        WRITTEN,
        /** Accepted, but no peer is there for it: it waits in the cache for peers who ask. */
        NO_PEERS,
        /** Every copy was dropped. */
        DROPPED,
        /** Refused here: the same message was published or seen before. */
        DUPLICATE,
        /** Refused here: longer than the topic's messages may be. */
        TOO_LONG,
        /** Refused here: the router's mailbox is full; try again later. */
        BUSY,
        /** Refused here: PubSub is closed. */
        CLOSED
    }

    static Outcome refused(Status status) {
        return new Outcome(status, 0, 0, 0);
    }

    /** True if the message went to the router, whatever became of the copies. */
    public boolean accepted() {
        return status == Status.WRITTEN || status == Status.NO_PEERS || status == Status.DROPPED;
    }
}
