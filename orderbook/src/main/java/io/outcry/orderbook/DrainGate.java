package io.outcry.orderbook;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets many threads say "there is work" and one at a time do it, without a lock: whoever finds nobody at it is told so
 * once, and whoever is at it goes round again if something was said meanwhile.
 *
 * <pre>
 *            signal                claim               signal
 *   IDLE ─────────────► PENDING ─────────► RUNNING ─────────────► AGAIN
 *    ▲                                      │   ▲                   │
 *    └──────────── release: true ───────────┘   └─ release: false ──┘
 * </pre>
 */
final class DrainGate {

    private static final int IDLE = 0;
    private static final int PENDING = 1;
    private static final int RUNNING = 2;
    private static final int AGAIN = 3;

    private final AtomicInteger state = new AtomicInteger(IDLE);

    /** After the work was made visible: true if nobody is at it, so that the caller must see to a {@link #claim}. */
    boolean signal() {
        while (true) {
            int seen = state.get();
            // Setting what is there already makes this a full fence on every path: the work is visible before the
            // state is judged.
            int then = seen == IDLE ? PENDING : seen == RUNNING ? AGAIN : seen;
            if (state.compareAndSet(seen, then)) {
                return seen == IDLE;
            }
        }
    }

    /** True if the caller is now the one who works. */
    boolean claim() {
        return state.get() == PENDING && state.compareAndSet(PENDING, RUNNING);
    }

    /** The worker found nothing more: true if it may go, false if it must look again. */
    boolean release() {
        if (state.compareAndSet(RUNNING, IDLE)) {
            return true;
        }
        state.set(RUNNING);
        return false;
    }
}
