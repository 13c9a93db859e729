package io.outcry.market;

/** Why a {@link Step} was made. Three of them are a trade: {@link Hold} proposes, {@link Fill} decides, {@link Settle} closes. */
public sealed interface Cause {

    /** Version 1: carries the order. */
    record New(Order order) implements Cause {}

    /**
     * The taker's owner sets quantity aside and proposes a trade.
     *
     * @param trade its name
     * @param maker the order it is proposed to
     * @param price the maker's
     * @param quantity as much as this
     * @param minQuantity and no less than this
     * @param deadlineMs no decision to fill after this, Unix milliseconds
     */
    record Hold(TradeId trade, OrderId maker, long price, long quantity, long minQuantity, long deadlineMs)
            implements Cause {}

    /** The maker's owner fills: the commit point of a trade. */
    record Fill(TradeId trade, ItemHash proposal, long price, long quantity) implements Cause {}

    /** The taker's owner has taken note of the fill. */
    record Settle(TradeId trade, ItemHash fill, long quantity) implements Cause {}

    /** The taker's owner has taken note of the refusal. */
    record Release(TradeId trade, ItemHash refusal) implements Cause {}

    /** One of the two steps of a trade between two orders of one owner. */
    record Local(TradeId trade, OrderId other, long price, long quantity) implements Cause {}

    /** Some or all of what was left is taken back. */
    record Cut(CloseReason reason) implements Cause {}

    /** The order's time ran out. */
    record Expire() implements Cause {}

    /** The user gave up waiting for an answer: what was held is disputed. */
    record Force(TradeId trade) implements Cause {}
}
