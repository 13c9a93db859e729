package io.outcry.market.replica;

import io.outcry.market.MarketSpec;

/**
 * What a replica needs to know beforehand.
 *
 * @param spec the market
 * @param policy how far it trusts counterparties
 * @param deadlineMs how long a proposal of this replica stands, within [1000, 30000]
 */
public record ReplicaOptions(MarketSpec spec, CounterpartyPolicy policy, long deadlineMs) {

    /** Five seconds (docs/market-protocol.md section 5). */
    public static final long DEADLINE_MS_DEFAULT = 5_000;

    /** Checks the range. */
    public ReplicaOptions {
        if (deadlineMs < 1_000 || deadlineMs > 30_000) {
            throw new IllegalArgumentException("deadlineMs must lie within [1000, 30000]: " + deadlineMs);
        }
    }

    /** The usual. */
    public static ReplicaOptions of(MarketSpec spec) {
        return new ReplicaOptions(spec, CounterpartyPolicy.CAUTIOUS, DEADLINE_MS_DEFAULT);
    }

    /** The same with another policy. */
    public ReplicaOptions with(CounterpartyPolicy other) {
        return new ReplicaOptions(spec, other, deadlineMs);
    }
}
