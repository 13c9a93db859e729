package io.outcry.bench.replay;

import io.outcry.orderbook.replay.OrderStream;
import io.outcry.orderbook.replay.ReportLog;

/** An engine in the race: it replays a stream and reports what happened, all in the same form. */
interface ReplayEngine {

    /** As the table calls it. */
    String title();

    /** Makes an empty book for a stream; not timed. */
    void reset(OrderStream stream);

    /** Sends every message through the book and every report to the log; timed. */
    void replay(OrderStream stream, ReportLog log);
}
