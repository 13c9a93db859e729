package io.outcry.orderbook;

/** What became of handing a command to a {@link BookMailbox}. */
public enum Submission {
    /** It is in the mailbox, and its result will come. */
    QUEUED,
    /** The mailbox is full, or this submitter has too many results to fetch: nothing happened, try later. */
    BUSY,
    /** The mailbox is closed: nothing happened. */
    CLOSED
}
