package io.outcry.bench.replay;

/** An engine in the race: it replays one stream and reports to one log what happened, all engines in the same form. */
interface ReplayEngine {

    /** As the table calls it. */
    String title();

    /** Empties the book, which keeps whatever memory it has; not timed. */
    void reset();

    /** Sends every message through the book and every report to the log; timed. */
    void replay();
}
