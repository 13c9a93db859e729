package io.outcry.orderbook;

import java.util.Objects;
import java.util.function.Consumer;

/**
 * One thread's door to a {@link BookMailbox}: it hands in commands and fetches their results. Its requests are made once
 * and used again, so nothing is allocated, and no more of them are under way than it has.
 *
 * <p><b>Threading</b>: one thread at a time. {@code onResults} is called on whichever thread drains the mailbox.
 *
 * <p><b>Errors</b>: {@link Submission#BUSY} when the mailbox is full or all requests are under way; fetching results with
 * {@link #poll} frees theirs.
 */
public final class BookSubmitter {

    private final BookMailbox mailbox;
    private final BookRequest[] idle;
    private final ResultQueue results;
    private int idleCount;

    BookSubmitter(BookMailbox mailbox, int requestsMax, Runnable onResults) {
        this.mailbox = mailbox;
        this.idle = new BookRequest[requestsMax];
        this.results = new ResultQueue(requestsMax, onResults);
        while (idleCount < requestsMax) {
            idle[idleCount++] = new BookRequest(results);
        }
    }

    /** Submits {@link OrderBook#enter}. */
    public Submission enter(long orderId, Side side, long price, long quantity, TimeInForce timeInForce, int owner) {
        if (idleCount == 0) {
            return mailbox.refused();
        }
        BookRequest request = idle[idleCount - 1];
        request.side = Objects.requireNonNull(side, "side");
        request.timeInForce = Objects.requireNonNull(timeInForce, "timeInForce");
        return submit(request, BookCommand.ENTER, orderId, price, quantity, owner);
    }

    /** Submits {@link OrderBook#cancel(long, int)}. */
    public Submission cancel(long orderId, int owner) {
        return submit(BookCommand.CANCEL, orderId, 0, 0, owner);
    }

    /** Submits {@link OrderBook#reduce(long, long, int)}. */
    public Submission reduce(long orderId, long by, int owner) {
        return submit(BookCommand.REDUCE, orderId, 0, by, owner);
    }

    /** Submits {@link OrderBook#modify(long, long, long, int)}. */
    public Submission modify(long orderId, long price, long quantity, int owner) {
        return submit(BookCommand.MODIFY, orderId, price, quantity, owner);
    }

    /** Submits {@link OrderBook#cancelAll(int)}. */
    public Submission cancelAll(int owner) {
        return submit(BookCommand.CANCEL_OWNER, 0, 0, 0, owner);
    }

    /** Lets {@code look} read the whole book between two commands, on the draining thread. It must not change it. */
    public Submission look(Consumer<OrderBook> look) {
        if (idleCount == 0) {
            return mailbox.refused();
        }
        BookRequest request = idle[idleCount - 1];
        request.look = look;
        Submission submission = submit(request, BookCommand.LOOK, 0, 0, 0, 0);
        if (submission != Submission.QUEUED) {
            request.look = null;
        }
        return submission;
    }

    /** Hands over the results that have come; returns how many. */
    public int poll(BookResultHandler handler) {
        results.heed();
        int count = 0;
        BookRequest request = results.poll();
        while (request != null) {
            BookCommand command = request.command;
            long orderId = request.orderId;
            long sequence = request.sequence;
            RejectReason rejected = request.rejected;
            long filled = request.filled;
            long resting = request.resting;
            idle[idleCount++] = request;
            count++;
            handler.onResult(command, orderId, sequence, rejected, filled, resting);
            request = results.poll();
        }
        return count;
    }

    /** How many commands were queued whose results were not fetched. */
    public int underWay() {
        return idle.length - idleCount;
    }

    private Submission submit(BookCommand command, long orderId, long price, long quantity, int owner) {
        return idleCount == 0
                ? mailbox.refused()
                : submit(idle[idleCount - 1], command, orderId, price, quantity, owner);
    }

    private Submission submit(
            BookRequest request, BookCommand command, long orderId, long price, long quantity, int owner) {
        request.command = command;
        request.orderId = orderId;
        request.price = price;
        request.quantity = quantity;
        request.owner = owner;
        idleCount--;
        Submission submission = mailbox.submit(request);
        if (submission != Submission.QUEUED) {
            idleCount++;
        }
        return submission;
    }
}
