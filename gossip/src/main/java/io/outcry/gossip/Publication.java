package io.outcry.gossip;

import io.outcry.gossip.message.MessageId;
import io.outcry.gossip.outbox.OutboxSink;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Follows one publish: first {@link #queued}, then {@link #outcome}.
 *
 * <p><b>Threading</b>: any thread. The futures complete on the router's or an event loop's thread; do not block there.
 *
 * <p><b>Errors</b>: none; a refusal is an {@link Outcome}.
 */
public final class Publication implements OutboxSink.PublishWatch {

    private final @Nullable MessageId id;
    private final CompletableFuture<Integer> queued = new CompletableFuture<>();
    private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    private int peers = -1;
    private int inOutboxes;
    private int written;
    private int dropped;

    Publication(MessageId id) {
        this.id = id;
    }

    private Publication(Outcome refused) {
        id = null;
        queued.complete(0);
        outcome.complete(refused);
    }

    static Publication refused(Outcome.Status status) {
        return new Publication(Outcome.refused(status));
    }

    /** The message's id; empty if it was refused before it had one. */
    public Optional<MessageId> id() {
        return Optional.ofNullable(id);
    }

    /** Completes when the message waits for its peers, with how many copies found room. */
    public CompletableFuture<Integer> queued() {
        return queued;
    }

    /** Completes when every copy was written or dropped. */
    public CompletableFuture<Outcome> outcome() {
        return outcome;
    }

    @Override
    public synchronized void onQueued() {
        inOutboxes++;
    }

    @Override
    public void onWritten() {
        synchronized (this) {
            written++;
        }
        completeIfDone();
    }

    @Override
    public void onDropped() {
        synchronized (this) {
            dropped++;
        }
        completeIfDone();
    }

    /** The router has sent it to so many peers. */
    void onRouted(int sentTo) {
        int waiting;
        synchronized (this) {
            peers = sentTo;
            waiting = inOutboxes;
        }
        queued.complete(waiting);
        completeIfDone();
    }

    void onRefused(Outcome.Status status) {
        queued.complete(0);
        outcome.complete(Outcome.refused(status));
    }

    private void completeIfDone() {
        Outcome end;
        synchronized (this) {
            if (peers < 0 || written + dropped < peers) {
                return;
            }
            Outcome.Status status = peers == 0
                    ? Outcome.Status.NO_PEERS
                    : written > 0 ? Outcome.Status.WRITTEN : Outcome.Status.DROPPED;
            end = new Outcome(status, peers, written, dropped);
        }
        outcome.complete(end);
    }
}
