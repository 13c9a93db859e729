package io.outcry.gossip;

import java.util.concurrent.atomic.LongAdder;

/** What the shell around the router counts. <b>Threading</b>: any thread. */
public final class PubSubCounters {

    final LongAdder framesIn = new LongAdder();
    final LongAdder bytesIn = new LongAdder();
    final LongAdder framesOut = new LongAdder();
    final LongAdder bytesOut = new LongAdder();
    final LongAdder framesLost = new LongAdder();
    final LongAdder framesRefused = new LongAdder();
    final LongAdder messagesKnown = new LongAdder();
    final LongAdder messagesThrottled = new LongAdder();
    final LongAdder messagesAmbiguous = new LongAdder();
    final LongAdder noticesLost = new LongAdder();
    final LongAdder streamsOpened = new LongAdder();
    final LongAdder streamsGivenUp = new LongAdder();
    final LongAdder pauses = new LongAdder();

    PubSubCounters() {}

    public long framesIn() {
        return framesIn.sum();
    }

    public long bytesIn() {
        return bytesIn.sum();
    }

    public long framesOut() {
        return framesOut.sum();
    }

    public long bytesOut() {
        return bytesOut.sum();
    }

    /** Frames, counted as out, that their stream refused at once: the node's memory was used up, or the stream ended. */
    public long framesLost() {
        return framesLost.sum();
    }

    /** Frames refused for their form or a limit; their streams were reset. */
    public long framesRefused() {
        return framesRefused.sum();
    }

    /** Messages recognised before they were copied or verified. */
    public long messagesKnown() {
        return messagesKnown.sum();
    }

    /** Messages dropped because validation, the mailbox or the memory budget was full. */
    public long messagesThrottled() {
        return messagesThrottled.sum();
    }

    /** Signed messages dropped for a field beyond the six: what their signature covers depends on who reads them. */
    public long messagesAmbiguous() {
        return messagesAmbiguous.sum();
    }

    /** Notices of duplicates and of invalid messages that found no room; only bookkeeping suffers. */
    public long noticesLost() {
        return noticesLost.sum();
    }

    /** Outbound streams opened. */
    public long streamsOpened() {
        return streamsOpened.sum();
    }

    /** Times a peer took no outbound stream in all attempts: it is then only listened to. */
    public long streamsGivenUp() {
        return streamsGivenUp.sum();
    }

    /** Times a peer's stream got no more credit because its share of the way in was used up. */
    public long pauses() {
        return pauses.sum();
    }
}
