package io.outcry.transport;

import java.util.concurrent.atomic.LongAdder;

/**
 * What a host counted since it started; for metrics.
 *
 * <p><b>Threading</b>: any thread; counting costs no lock and no allocation.
 */
public final class HostCounters {

    private final LongAdder accepted = new LongAdder();
    private final LongAdder acceptsRefused = new LongAdder();
    private final LongAdder upgradesFailed = new LongAdder();
    private final LongAdder connected = new LongAdder();
    private final LongAdder disconnected = new LongAdder();
    private final LongAdder streamsRefused = new LongAdder();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();

    HostCounters() {}

    void acceptedOne() {
        accepted.increment();
    }

    void acceptRefused() {
        acceptsRefused.increment();
    }

    void upgradeFailed() {
        upgradesFailed.increment();
    }

    void connectedOne() {
        connected.increment();
    }

    void disconnectedOne() {
        disconnected.increment();
    }

    void streamRefused() {
        streamsRefused.increment();
    }

    void in(int bytes) {
        bytesIn.add(bytes);
    }

    void out(int bytes) {
        bytesOut.add(bytes);
    }

    /** Sockets accepted. */
    public long accepted() {
        return accepted.sum();
    }

    /** Sockets closed before a byte was read: gater, limits by IP, memory. */
    public long acceptsRefused() {
        return acceptsRefused.sum();
    }

    /** Sockets, either way, that did not become a connection. */
    public long upgradesFailed() {
        return upgradesFailed.sum();
    }

    /** Connections made, either way. */
    public long connected() {
        return connected.sum();
    }

    /** Connections ended. */
    public long disconnected() {
        return disconnected.sum();
    }

    /** Inbound streams reset because of a limit. */
    public long streamsRefused() {
        return streamsRefused.sum();
    }

    /** Bytes read from sockets. */
    public long bytesIn() {
        return bytesIn.sum();
    }

    /** Bytes written to sockets. */
    public long bytesOut() {
        return bytesOut.sum();
    }
}
