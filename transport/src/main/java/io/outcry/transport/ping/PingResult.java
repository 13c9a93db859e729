package io.outcry.transport.ping;

/** What became of a ping. */
public sealed interface PingResult {

    /** No ping is under way, or its answer is not complete. */
    record Pending() implements PingResult {
        static final Pending INSTANCE = new Pending();
    }

    /** The payload came back. */
    record Answered(long rttNs) implements PingResult {}

    /** Nothing came back in time; the stream is of no more use. */
    record TimedOut() implements PingResult {
        static final TimedOut INSTANCE = new TimedOut();
    }

    /** Something else came back; the stream is of no more use. */
    record Violated(String why) implements PingResult {}
}
