package io.outcry.market.replica;

import io.outcry.market.wire.Wire;
import java.util.ArrayDeque;

/**
 * Effects wait here until the record they depend on is durable (docs/market-protocol.md section 5).
 *
 * <pre>
 *   decide ─► append(record) = lsn ─► then(lsn, effect) … onDurable(≥ lsn) ─► effect: sign, send, tell
 * </pre>
 */
final class DurabilityGate {

    private record Effect(long lsn, Runnable action) {}

    private final ReplicaSink sink;
    private final ArrayDeque<Effect> waiting = new ArrayDeque<>();
    private long lastLsn;
    private long durableLsn;

    DurabilityGate(ReplicaSink sink) {
        this.sink = sink;
    }

    /** Appends a record; returns its number. */
    long append(Wire.Record record) {
        long lsn = sink.append(record.toByteArray());
        if (lsn <= lastLsn) {
            throw new IllegalStateException("the journal numbers its records upwards: " + lsn + " after " + lastLsn);
        }
        lastLsn = lsn;
        return lsn;
    }

    /** Runs the effect once the newest record is durable. */
    void thenLast(Runnable effect) {
        if (lastLsn <= durableLsn) {
            effect.run();
        } else {
            waiting.add(new Effect(lastLsn, effect));
        }
    }

    /** Effects that wait: how far the journal is behind. */
    int backlog() {
        return waiting.size();
    }

    void onDurable(long lsn) {
        durableLsn = Math.max(durableLsn, Math.min(lsn, lastLsn));
        for (Effect next = waiting.peek(); next != null && next.lsn <= durableLsn; next = waiting.peek()) {
            waiting.poll();
            next.action.run();
        }
    }
}
