package io.outcry.gossip.outbox;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** A FIFO of frames with their place in the peer's order and an optional ticket, in parallel arrays. */
final class FrameQueue {

    private static final int CAPACITY_FIRST = 16;

    private @Nullable ByteBuf[] frames = new ByteBuf[CAPACITY_FIRST];
    private @Nullable WriteTicket[] tickets = new WriteTicket[CAPACITY_FIRST];
    private long[] order = new long[CAPACITY_FIRST];
    private int head;
    private int size;

    /** Adds a frame, whose reference the queue takes. */
    void takeLast(ByteBuf frame, @Nullable WriteTicket ticket, long place) {
        if (size == frames.length) {
            grow();
        }
        int at = head + size & frames.length - 1;
        frames[at] = frame;
        tickets[at] = ticket;
        order[at] = place;
        size++;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    /** The place of the first frame; {@link Long#MAX_VALUE} if there is none. */
    long firstPlace() {
        return size == 0 ? Long.MAX_VALUE : order[head];
    }

    @Nullable
    WriteTicket firstTicket() {
        return tickets[head];
    }

    /** Removes the first frame; its reference is the caller's. */
    ByteBuf removeFirst() {
        ByteBuf frame = frames[head];
        if (frame == null) {
            throw new IllegalStateException("the queue is empty");
        }
        frames[head] = null;
        tickets[head] = null;
        head = head + 1 & frames.length - 1;
        size--;
        return frame;
    }

    private void grow() {
        int old = frames.length;
        @Nullable ByteBuf[] moreFrames = new ByteBuf[2 * old];
        @Nullable WriteTicket[] moreTickets = new WriteTicket[2 * old];
        long[] moreOrder = new long[2 * old];
        for (int i = 0; i < size; i++) {
            int from = head + i & old - 1;
            moreFrames[i] = frames[from];
            moreTickets[i] = tickets[from];
            moreOrder[i] = order[from];
        }
        frames = moreFrames;
        tickets = moreTickets;
        order = moreOrder;
        head = 0;
    }
}
