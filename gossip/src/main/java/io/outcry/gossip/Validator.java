package io.outcry.gossip;

import io.outcry.gossip.router.Verdict;

/**
 * Decides about the messages of a topic that come from peers, beyond form and signature; own ones are not asked about.
 *
 * <p><b>Threading</b>: called on a thread of the validation pool, by several at once; messages of one peer come one after
 * the other. It may answer at once or keep the callback and answer later, from any thread. Until then the message is part of
 * its peer's share of the way in (256 messages, 1 MiB): a peer of whom so much waits is not read on.
 *
 * <p><b>Errors</b>: what it throws counts as {@link Verdict#IGNORE}. No answer within
 * {@link io.outcry.gossip.router.GossipParams#verdictTimeoutMs} counts likewise.
 */
@FunctionalInterface
public interface Validator {

    /** Looks at one message and sees to it that {@code callback} is called, once. */
    void validate(Message message, VerdictCallback callback);

    /** Takes the answer; only the first counts. */
    @FunctionalInterface
    interface VerdictCallback {
        void onVerdict(Verdict verdict);
    }
}
