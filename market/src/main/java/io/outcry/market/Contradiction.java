package io.outcry.market;

/**
 * When two signed steps of one order cannot both be an honest owner's.
 *
 * <p>Two steps a, b with a.v not above b.v contradict if they have equal v and different hashes, or F or C falls from a
 * to b, or a is CLOSED and b comes after it, or what b uses is more than the order that a carries. Two HOLD steps of one
 * trade id contradict too: a proposal is made once. The test does not ask which of the two arrived first, nor whether
 * one of them is stale.
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
        return a.cause() instanceof Cause.Hold first
                && b.cause() instanceof Cause.Hold second
                && first.trade().equals(second.trade());
    }
}
