package io.outcry.cli;

import io.outcry.core.multiformats.Multiaddr;
import io.outcry.transport.Host;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Dials a peer until it answers: one warning when it does not, then quietly again, each time a little later. */
final class KeepDialling {

    private static final long PAUSE_MIN_MS = 500;
    private static final long PAUSE_MAX_MS = 30_000;

    private final Host host;
    private final Multiaddr address;
    private final Speaker speaker;
    private final Quit quit;
    private boolean warned;
    private long pauseMs = PAUSE_MIN_MS;

    private KeepDialling(Host host, Multiaddr address, Speaker speaker, Quit quit) {
        this.host = host;
        this.address = address;
        this.speaker = speaker;
        this.quit = quit;
    }

    static void start(Host host, Multiaddr address, Speaker speaker, Quit quit) {
        new KeepDialling(host, address, speaker, quit).dial();
    }

    private void dial() {
        if (quit.isAsked()) {
            return;
        }
        host.connect(address).whenComplete((connection, failure) -> {
            if (connection != null || quit.isAsked()) {
                return;
            }
            if (!warned) {
                warned = true;
                speaker.warn(address + " cannot be reached (" + Answers.why(failure) + "); trying on");
            }
            Executor later = CompletableFuture.delayedExecutor(pauseMs, TimeUnit.MILLISECONDS);
            pauseMs = Math.min(2 * pauseMs, PAUSE_MAX_MS);
            later.execute(this::dial);
        });
    }
}
