package io.outcry.transport.muxer;

/** Notices that somebody enters a muxer that is at work: a sink that calls back, or a second thread. */
public final class Entry {

    private boolean inside;

    /** Work begins that tells the sink; {@link #leave} ends it, however it ends. */
    public void enter() {
        requireOutside();
        inside = true;
    }

    public void leave() {
        inside = false;
    }

    public void requireOutside() {
        if (inside) {
            throw new IllegalStateException("the sink called back into its muxer, or a second thread did");
        }
    }
}
