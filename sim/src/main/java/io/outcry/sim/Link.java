package io.outcry.sim;

import org.jspecify.annotations.Nullable;

/** One end of a connection: what {@code local} sends {@code remote} on it. Handles for {@link Network}; state is its own. */
final class Link {

    final int local;
    final int remote;
    final long latencyNs;

    /** What the endpoint keeps with this link. */
    @Nullable
    Object attachment;

    /** Whether this end dialled. */
    boolean outbound;

    boolean open = true;
    boolean wantsRoom;
    long waitingBytes;
    long lastArrivalNs;
    private @Nullable Link reverse;

    Link(int local, int remote, long latencyNs) {
        this.local = local;
        this.remote = remote;
        this.latencyNs = latencyNs;
    }

    static void pair(Link one, Link other) {
        one.reverse = other;
        other.reverse = one;
    }

    /** The other end. */
    Link reverse() {
        Link other = reverse;
        if (other == null) {
            throw new IllegalStateException("a link without its other end");
        }
        return other;
    }

    @Override
    public String toString() {
        return local + "→" + remote;
    }
}
