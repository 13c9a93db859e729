package io.outcry.market;

import org.jspecify.annotations.Nullable;

/**
 * When two signed steps of one order cannot both be an honest owner's.
 *
 * <p>Two steps a, b with a.v not above b.v contradict if they have equal v and different hashes, or F or C falls from a
 * to b, or a is CLOSED and b comes after it, or what b uses is more than the order that a carries. Two steps of one trade
 * id contradict too if both propose, both decide one proposal, or both end it: each is done once. The test does not ask which
 * of the two arrived first, nor whether one of them is stale.
 *
 * <p><b>Threading</b>: pure functions.
 *
 * <p><b>Spec</b>: docs/market-protocol.md section 4.
 */
public final class Contradiction {

    private Contradiction() {}

    /** Whether two signed steps contradict each other. */
    public static boolean between(SignedItem a, SignedItem b) {
        return !a.hash().equals(b.hash()) && between(a.step(), b.step());
    }

    static boolean between(Step a, Step b, Evidence evidence) {
        return !evidence.first().hash().equals(evidence.second().hash()) && between(a, b);
    }

    /** Whether two different steps contradict each other. */
    private static boolean between(Step a, Step b) {
        if (!a.id().equals(b.id())) {
            return false;
        }
        if (a.v() > b.v()) {
            return between(b, a);
        }
        if (a.v() == b.v() || b.filled() < a.filled() || b.cancelled() < a.cancelled()) {
            return true;
        }
        if (a.status() == OrderStatus.CLOSED) {
            return true;
        }
        if (a.cause() instanceof Cause.New made && b.used() > made.order().quantity()) {
            return true;
        }
        if (a.cause() instanceof Cause.Fill one && b.cause() instanceof Cause.Fill two) {
            // Two proposals under one trade id are their taker's lie: the first decision may have been forgotten
            // rightly.
            return one.trade().equals(two.trade()) && one.proposal().equals(two.proposal());
        }
        TradeId trade = tradeOf(a.cause());
        return trade != null && trade.equals(tradeOf(b.cause())) && roleOf(a.cause()) == roleOf(b.cause());
    }

    private static @Nullable TradeId tradeOf(Cause cause) {
        if (cause instanceof Cause.Hold it) {
            return it.trade();
        } else if (cause instanceof Cause.Fill it) {
            return it.trade();
        } else if (cause instanceof Cause.Settle it) {
            return it.trade();
        }
        return cause instanceof Cause.Release it ? it.trade() : null;
    }

    /** What a step does in a trade: proposes, decides, or ends the proposal. Each is done once. */
    private static int roleOf(Cause cause) {
        return cause instanceof Cause.Hold ? 1 : cause instanceof Cause.Fill ? 2 : 3;
    }
}
