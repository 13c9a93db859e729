package io.outcry.transport.dial;

import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Multiaddr;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides which address of which peer is dialled when: callers of one peer share one dial, its addresses start 250 ms apart
 * in the order of {@link AddressRanking}, a failure starts the next at once, the first success ends the others.
 *
 * <p><b>Threading</b>: confined to the host's thread. <b>Errors</b>: nothing the network does throws; every waiter hears
 * exactly one of {@link DialerSink#onDialed} and {@link DialerSink#onDialFailed}, unless it was cancelled, when it hears
 * {@link DialFailure#CANCELLED}.
 *
 * <p><b>Spec</b>: go-libp2p's swarm (dial sync, ranker, limiter, back-off), RFC 8305 for the stagger.
 */
public final class Dialer {

    /** Addresses considered in one dial; the bound that DNS expansion has, too. */
    public static final int CANDIDATES_MAX = 100;
    /** Callers that may wait for one peer. */
    public static final int WAITERS_MAX = 1_024;
    /** Lines kept about failed addresses. */
    private static final int FAILURES_MAX = 16;

    private final PeerId self;
    private final DialLimits limits;
    private final BiPredicate<@Nullable PeerId, Multiaddr> allowed;
    private final DialerSink sink;
    private final DialBackoff backoff = new DialBackoff();
    private final Map<Object, Dial> byTarget = new LinkedHashMap<>();
    private final Map<Long, Dial> byId = new HashMap<>();
    private final Map<Long, Dial> byWaiter = new HashMap<>();
    private final Map<Long, Attempt> attempts = new HashMap<>();
    private long nextId = 1;
    private boolean closed;

    private static final class Attempt {
        final long id;
        final Dial dial;
        final Multiaddr address;
        final long deadlineNs;

        Attempt(long id, Dial dial, Multiaddr address, long deadlineNs) {
            this.id = id;
            this.dial = dial;
            this.address = address;
            this.deadlineNs = deadlineNs;
        }
    }

    private static final class Dial {
        final long id;
        final Object target;
        final @Nullable PeerId peer;
        final long deadlineNs;
        final Set<Long> waiters = new LinkedHashSet<>();
        final Set<Multiaddr> seen = new LinkedHashSet<>();
        final Map<Long, Attempt> running = new LinkedHashMap<>();
        final ArrayDeque<String> failures = new ArrayDeque<>();
        List<Multiaddr> pending = new ArrayList<>();
        int resolving;
        int tried;
        int resting;
        int gated;
        boolean wrongPeer;
        long nextStartNs;

        Dial(long id, Object target, @Nullable PeerId peer, long nowNs, long deadlineNs) {
            this.id = id;
            this.target = target;
            this.peer = peer;
            this.nextStartNs = nowNs;
            this.deadlineNs = deadlineNs;
        }

        void note(Multiaddr address, String why) {
            if (failures.size() < FAILURES_MAX) {
                failures.add(address + " " + why);
            }
        }
    }

    /**
     * @param allowed whether a resolved address may be dialled (the gater); a pure question
     */
    public Dialer(PeerId self, DialLimits limits, BiPredicate<@Nullable PeerId, Multiaddr> allowed, DialerSink sink) {
        this.self = self;
        this.limits = limits;
        this.allowed = allowed;
        this.sink = sink;
    }

    /**
     * Wants a connection.
     *
     * @param waiter the caller's number, unused so far
     * @param peer who is expected there; null to accept whoever proves an identity
     * @param addresses without {@code /p2p}; names are resolved
     * @param force whether to dial also what is backed off
     */
    public void dial(long waiter, @Nullable PeerId peer, List<Multiaddr> addresses, boolean force, long nowNs) {
        if (closed) {
            sink.onDialFailed(waiter, DialFailure.CLOSED, "the host is closed", List.of());
            return;
        }
        if (peer != null && self.equals(peer)) {
            sink.onDialFailed(waiter, DialFailure.SELF, "cannot dial ourselves, " + self, List.of());
            return;
        }
        if (peer == null && addresses.size() != 1) {
            throw new IllegalArgumentException("a dial without a peer id has one address, not " + addresses.size());
        }
        Object target = peer != null ? peer : addresses.get(0);
        Dial dial = byTarget.get(target);
        if (dial == null) {
            if (byTarget.size() >= limits.dials()) {
                sink.onDialFailed(
                        waiter, DialFailure.LIMIT, limits.dials() + " dials are under way already", List.of());
                return;
            }
            dial = new Dial(nextId++, target, peer, nowNs, nowNs + TimeUnit.MILLISECONDS.toNanos(limits.dialMs()));
            byTarget.put(target, dial);
            byId.put(dial.id, dial);
        } else if (dial.waiters.size() >= WAITERS_MAX) {
            sink.onDialFailed(waiter, DialFailure.LIMIT, WAITERS_MAX + " callers wait for " + target, List.of());
            return;
        }
        dial.waiters.add(waiter);
        byWaiter.put(waiter, dial);
        addCandidates(dial, addresses, force, nowNs);
        pump(nowNs);
        finishIfExhausted(dial);
    }

    /** The caller gave up; the dial goes on if others wait for it. */
    public void cancel(long waiter, long nowNs) {
        Dial dial = byWaiter.remove(waiter);
        if (dial == null) {
            return;
        }
        dial.waiters.remove(waiter);
        sink.onDialFailed(waiter, DialFailure.CANCELLED, "the caller gave up on " + dial.target, List.of());
        if (dial.waiters.isEmpty()) {
            forget(dial);
            pump(nowNs);
        }
    }

    /** A lookup ended; an empty list if nothing was found. */
    public void onResolved(long dialId, Multiaddr asked, List<Multiaddr> addresses, String why, long nowNs) {
        Dial dial = byId.get(dialId);
        if (dial == null) {
            return;
        }
        dial.resolving--;
        if (addresses.isEmpty()) {
            dial.note(asked, why);
        }
        addCandidates(dial, addresses, false, nowNs);
        pump(nowNs);
        finishIfExhausted(dial);
    }

    /** The attempt's connection is up and upgraded. */
    public void onConnected(long attemptId, long nowNs) {
        Attempt attempt = attempts.remove(attemptId);
        if (attempt == null) {
            return;
        }
        Dial dial = attempt.dial;
        dial.running.remove(attemptId);
        backoff.onSuccess(dial.peer, attempt.address);
        for (long waiter : takeWaiters(dial)) {
            sink.onDialed(waiter, attemptId);
        }
        forget(dial);
        pump(nowNs);
    }

    /** The attempt failed. {@code wrongPeer}: somebody else lives there. */
    public void onFailed(long attemptId, String why, boolean wrongPeer, long nowNs) {
        Attempt attempt = attempts.remove(attemptId);
        if (attempt == null) {
            return;
        }
        fail(attempt, why, wrongPeer, nowNs);
        pump(nowNs);
        finishIfExhausted(attempt.dial);
    }

    /** Time passed. */
    public void onTick(long nowNs) {
        for (Dial dial : List.copyOf(byTarget.values())) {
            if (nowNs - dial.deadlineNs >= 0) {
                end(dial, DialFailure.TIMEOUT, "dial of " + dial.target + " took over " + limits.dialMs() + " ms");
            }
        }
        for (Attempt attempt : List.copyOf(attempts.values())) {
            if (nowNs - attempt.deadlineNs >= 0 && attempts.remove(attempt.id) != null) {
                sink.abandon(attempt.id);
                fail(attempt, "timed out after " + limits.attemptMs() + " ms", false, nowNs);
            }
        }
        pump(nowNs);
        for (Dial dial : List.copyOf(byTarget.values())) {
            finishIfExhausted(dial);
        }
    }

    /** When {@link #onTick} is next wanted; {@link Long#MAX_VALUE} for never. */
    public long nextDeadlineNs() {
        long next = Long.MAX_VALUE;
        boolean slot = attempts.size() < limits.attempts();
        for (Dial dial : byTarget.values()) {
            next = Math.min(next, dial.deadlineNs);
            if (slot && !dial.pending.isEmpty() && dial.running.size() < limits.attemptsPerDial()) {
                next = Math.min(next, dial.nextStartNs);
            }
        }
        for (Attempt attempt : attempts.values()) {
            next = Math.min(next, attempt.deadlineNs);
        }
        return next;
    }

    /** Ends every dial; later ones are refused. */
    public void close() {
        closed = true;
        for (Dial dial : List.copyOf(byTarget.values())) {
            end(dial, DialFailure.CLOSED, "the host is closed");
        }
    }

    /** Peers being dialled. */
    public int dials() {
        return byTarget.size();
    }

    /** Sockets in dial. */
    public int running() {
        return attempts.size();
    }

    private void addCandidates(Dial dial, List<Multiaddr> addresses, boolean force, long nowNs) {
        boolean added = false;
        for (Multiaddr address : addresses) {
            if (dial.seen.size() >= CANDIDATES_MAX || !dial.seen.add(address)) {
                continue;
            }
            if (AddressRanking.needsLookup(address)) {
                dial.resolving++;
                sink.resolve(dial.id, address, dial.peer);
            } else if (!AddressRanking.dialable(address)) {
                dial.note(address, "is of a kind this node cannot dial");
            } else if (!allowed.test(dial.peer, address)) {
                dial.gated++;
                dial.note(address, "is forbidden by the gater");
            } else if (!force && backoff.resting(dial.peer, address, nowNs)) {
                dial.resting++;
                long restMs = TimeUnit.NANOSECONDS.toMillis(backoff.restNs(dial.peer, address, nowNs));
                dial.note(address, "failed lately, not again for " + restMs + " ms");
            } else {
                dial.pending.add(address);
                added = true;
            }
        }
        if (added) {
            dial.pending = AddressRanking.rank(dial.pending, address -> backoff.worked(dial.peer, address));
        }
    }

    private void pump(long nowNs) {
        for (Dial dial : byTarget.values()) {
            if (attempts.size() >= limits.attempts()) {
                return;
            }
            while (!dial.pending.isEmpty()
                    && dial.running.size() < limits.attemptsPerDial()
                    && attempts.size() < limits.attempts()
                    && nowNs - dial.nextStartNs >= 0) {
                start(dial, dial.pending.remove(0), nowNs);
            }
        }
    }

    private void start(Dial dial, Multiaddr address, long nowNs) {
        long deadlineNs = nowNs + TimeUnit.MILLISECONDS.toNanos(limits.attemptMs());
        Attempt attempt = new Attempt(nextId++, dial, address, deadlineNs);
        attempts.put(attempt.id, attempt);
        dial.running.put(attempt.id, attempt);
        dial.tried++;
        dial.nextStartNs = nowNs + TimeUnit.MILLISECONDS.toNanos(limits.staggerMs());
        sink.connect(attempt.id, address, dial.peer);
    }

    private void fail(Attempt attempt, String why, boolean wrongPeer, long nowNs) {
        Dial dial = attempt.dial;
        dial.running.remove(attempt.id);
        dial.wrongPeer |= wrongPeer;
        dial.note(attempt.address, why);
        dial.nextStartNs = nowNs;
        backoff.onFailure(dial.peer, attempt.address, nowNs);
    }

    private void finishIfExhausted(Dial dial) {
        if (byId.get(dial.id) != dial || dial.resolving > 0 || !dial.running.isEmpty() || !dial.pending.isEmpty()) {
            return;
        }
        if (dial.wrongPeer) {
            end(dial, DialFailure.WRONG_PEER, "another peer answers for " + dial.target);
        } else if (dial.tried > 0) {
            end(dial, DialFailure.FAILED, "no address of " + dial.target + " answered");
        } else if (dial.resting > 0) {
            end(dial, DialFailure.BACKOFF, "every address of " + dial.target + " failed lately");
        } else if (dial.gated > 0) {
            end(dial, DialFailure.GATED, "dialling " + dial.target + " is forbidden");
        } else {
            end(dial, DialFailure.NO_ADDRESSES, "no address known for " + dial.target);
        }
    }

    private void end(Dial dial, DialFailure failure, String message) {
        List<String> lines = List.copyOf(dial.failures);
        for (long waiter : takeWaiters(dial)) {
            sink.onDialFailed(waiter, failure, message, lines);
        }
        forget(dial);
    }

    private List<Long> takeWaiters(Dial dial) {
        List<Long> waiters = List.copyOf(dial.waiters);
        dial.waiters.clear();
        waiters.forEach(byWaiter::remove);
        return waiters;
    }

    private void forget(Dial dial) {
        byTarget.remove(dial.target);
        byId.remove(dial.id);
        for (Attempt attempt : dial.running.values()) {
            attempts.remove(attempt.id);
            sink.abandon(attempt.id);
        }
        dial.running.clear();
    }
}
