package io.outcry.orderbook;

import org.jspecify.annotations.Nullable;

/** Receives what came of the commands of one {@link BookSubmitter}, in the order it submitted them. */
@FunctionalInterface
public interface BookResultHandler {

    /**
     * One command is done.
     *
     * @param sequence the command's place among all commands of the book
     * @param rejected why it was refused; null if it was not
     * @param filled how much the order traded as the taker
     * @param resting how much of it rests now
     */
    void onResult(
            BookCommand command,
            long orderId,
            long sequence,
            @Nullable RejectReason rejected,
            long filled,
            long resting);
}
