package io.outcry.orderbook;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * An array of longs that one thread publishes whole and any thread reads whole: a seqlock with two buffers.
 *
 * <p>The writer fills the buffer that is not shown and then shows it. A reader copies what is shown and keeps the copy if
 * the version is still the same; otherwise a newer state came out meanwhile, and it copies again. So a reader never
 * waits for a writer that was suspended in the middle, as it would with one buffer, and retries only when the writer
 * made progress: reading is lock-free. The writer never waits at all.
 */
final class SharedFrame {

    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle VERSION;

    static {
        try {
            VERSION = MethodHandles.lookup().findVarHandle(SharedFrame.class, "version", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long[] even;
    private final long[] odd;
    private long version;
    private long[] open;

    SharedFrame(int words) {
        even = new long[words];
        odd = new long[words];
        open = odd;
    }

    /** Writer: begins the next state. The buffer holds an older one, of which nothing must be relied on. */
    void open() {
        open = (version & 1) == 0 ? odd : even;
        // The words to come must not be seen before the version that ended this buffer's last showing.
        VarHandle.storeStoreFence();
    }

    /** Writer: one word of the next state. */
    void set(int index, long word) {
        WORD.setOpaque(open, index, word);
    }

    /** Writer: shows the next state. */
    void publish() {
        VERSION.setRelease(this, version + 1);
    }

    /** Reader: copies the current state; {@code into} must be as long as the frame. Returns its version. */
    long read(long[] into) {
        while (true) {
            long seen = (long) VERSION.getAcquire(this);
            long[] shown = (seen & 1) == 0 ? even : odd;
            for (int i = 0; i < into.length; i++) {
                into[i] = (long) WORD.getOpaque(shown, i);
            }
            VarHandle.loadLoadFence();
            if ((long) VERSION.getOpaque(this) == seen) {
                return seen;
            }
        }
    }
}
