package io.outcry.transport.muxer;

/**
 * Memory for receive windows beyond what the protocol gives every stream; a window grows only if this agrees.
 *
 * <p><b>Threading</b>: called on the thread of the muxer; one budget may serve many muxers if it is safe for that.
 */
public interface WindowBudget {

    /** Refuses every growth: windows stay as the protocol starts them. */
    WindowBudget NONE = new WindowBudget() {
        @Override
        public boolean reserve(long bytes) {
            return false;
        }

        @Override
        public void release(long bytes) {}
    };

    /** Agrees to every growth; only the per-stream limit holds. */
    WindowBudget UNBOUNDED = new WindowBudget() {
        @Override
        public boolean reserve(long bytes) {
            return true;
        }

        @Override
        public void release(long bytes) {}
    };

    /** Asks for room for {@code bytes} more; false leaves the window as it is. */
    boolean reserve(long bytes);

    /** Gives back what {@link #reserve} granted; all of a stream's at once, when it ends or rests. */
    void release(long bytes);
}
