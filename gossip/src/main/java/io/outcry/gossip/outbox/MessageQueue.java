package io.outcry.gossip.outbox;

import io.outcry.gossip.message.GossipMessage;
import org.jspecify.annotations.Nullable;

/** A FIFO of messages with their place in the peer's order and an optional ticket, in parallel arrays. */
final class MessageQueue {

    private static final int CAPACITY_FIRST = 16;

    private @Nullable GossipMessage[] messages = new GossipMessage[CAPACITY_FIRST];
    private @Nullable WriteTicket[] tickets = new WriteTicket[CAPACITY_FIRST];
    private long[] order = new long[CAPACITY_FIRST];
    private int head;
    private int size;
    private long bytes;

    /** Adds a message, whose reference the queue takes. */
    void takeLast(GossipMessage message, @Nullable WriteTicket ticket, long place) {
        if (size == messages.length) {
            grow();
        }
        int at = head + size & messages.length - 1;
        messages[at] = message;
        tickets[at] = ticket;
        order[at] = place;
        size++;
        bytes += OutboxBudget.cost(message);
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** Bytes of the messages, with what their entries cost. */
    long bytes() {
        return bytes;
    }

    /** The place of the first message; {@link Long#MAX_VALUE} if there is none. */
    long firstPlace() {
        return size == 0 ? Long.MAX_VALUE : order[head];
    }

    @Nullable
    WriteTicket firstTicket() {
        return tickets[head];
    }

    /** Removes the first message; its reference is the caller's. */
    GossipMessage removeFirst() {
        GossipMessage message = messages[head];
        if (message == null) {
            throw new IllegalStateException("the queue is empty");
        }
        messages[head] = null;
        tickets[head] = null;
        head = head + 1 & messages.length - 1;
        size--;
        bytes -= OutboxBudget.cost(message);
        return message;
    }

    private void grow() {
        int old = messages.length;
        @Nullable GossipMessage[] moreMessages = new GossipMessage[2 * old];
        @Nullable WriteTicket[] moreTickets = new WriteTicket[2 * old];
        long[] moreOrder = new long[2 * old];
        for (int i = 0; i < size; i++) {
            int from = head + i & old - 1;
            moreMessages[i] = messages[from];
            moreTickets[i] = tickets[from];
            moreOrder[i] = order[from];
        }
        messages = moreMessages;
        tickets = moreTickets;
        order = moreOrder;
        head = 0;
    }
}
