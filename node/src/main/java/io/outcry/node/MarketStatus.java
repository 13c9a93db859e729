package io.outcry.node;

/**
 * A market's figures at one moment.
 *
 * @param ready whether own orders match
 * @param openOrders orders of all owners that are neither closed nor equivocated
 * @param trades decided, as far as heard
 * @param unsettledFills own fills whose settlement has not been heard
 * @param pendingProposals own proposals without an answer
 * @param ignoredWhenFull envelopes ignored because the market's mailbox was full
 */
public record MarketStatus(
        boolean ready, int openOrders, long trades, int unsettledFills, int pendingProposals, long ignoredWhenFull) {}
