package io.outcry.bench.replay;

import io.outcry.orderbook.replay.OrderStream;
import io.outcry.orderbook.replay.Replay;
import io.outcry.orderbook.replay.ReportLog;

/** The engine of this house, driven as {@code bin/outcry replay} drives it. */
final class OutcryEngine implements ReplayEngine {

    private final Replay replay;

    OutcryEngine(OrderStream stream, ReportLog log) {
        replay = new Replay(stream, log);
    }

    @Override
    public String title() {
        return "Outcry";
    }

    @Override
    public void reset() {
        replay.reset();
    }

    @Override
    public void replay() {
        replay.replay();
    }
}
