package io.outcry.orderbook;

/** Why the engine refused a command. A refused command changed nothing. */
public enum RejectReason {
    /** A price must be at least one tick. */
    PRICE_NOT_POSITIVE,
    /** A quantity must be at least one lot. */
    QUANTITY_NOT_POSITIVE,
    /** Price times quantity does not fit 63 bits. */
    NOTIONAL_OVERFLOW,
    /** A live order bears this id. */
    DUPLICATE_ID,
    /** No live order bears this id: it never did, or it was filled or cancelled. */
    UNKNOWN_ID,
    /** The order belongs to somebody else. */
    NOT_OWNER,
    /** A post-only order would have taken. */
    WOULD_TAKE,
    /** The book holds as many orders as it may, and this one would have rested without trading. */
    BOOK_FULL,
    /** The book was closed before the command was done. */
    CLOSED
}
