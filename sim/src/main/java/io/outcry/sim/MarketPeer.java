package io.outcry.sim;

import io.outcry.core.identity.PeerId;
import io.outcry.market.Envelope;
import io.outcry.market.EnvelopeCheck;
import io.outcry.market.OrderId;
import io.outcry.market.SignedItem;
import io.outcry.market.Signer;
import io.outcry.market.SyncCodec;
import io.outcry.market.TradeId;
import io.outcry.market.VerifiedRoots;
import io.outcry.market.journal.Journal;
import io.outcry.market.journal.JournalReplay;
import io.outcry.market.replica.Answer;
import io.outcry.market.replica.JoinReport;
import io.outcry.market.replica.MarketReplica;
import io.outcry.market.replica.Notice;
import io.outcry.market.replica.OrderRequest;
import io.outcry.market.replica.OrderUpdate;
import io.outcry.market.replica.ReplicaOptions;
import io.outcry.market.replica.ReplicaSink;
import io.outcry.market.replica.RequestKind;
import io.outcry.market.replica.TradeUpdate;
import io.outcry.market.replica.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A peer that trades, through all its lives: the real replica and the real journal, on a disk that forgets. What a node's
 * shell does with threads is done here with events: a commit some milliseconds after an append, the answer some later.
 *
 * <p><b>Threading</b>: the world's thread.
 */
final class MarketPeer {

    private static final int RECORD = 1;
    private static final long COMMIT_MIN_NS = World.MS / 2;
    private static final long COMMIT_SPREAD_NS = 4 * World.MS;

    /** How long a request waits for a peer that is dead or out of reach. */
    private static final long REQUEST_TIMEOUT_NS = 3 * World.SECOND;

    /** Roots remembered; a run has few. */
    private static final int ROOTS = 4_096;

    private final MarketWorld market;
    private final int place;
    private final Signer signer;
    private final EnvelopeCheck check;
    private final ForgetfulDisk disk;
    private final RandomGenerator random;
    private final long skewMs;
    private long jumpMs;
    private @Nullable Life life;
    private long powerLosses;

    MarketPeer(MarketWorld market, int place, PeerId id, long skewMs) {
        this.market = market;
        this.place = place;
        this.signer = new SimSigner(id);
        this.random = market.world().newRandom();
        this.disk = new ForgetfulDisk("disk-" + place, market.world().newRandom());
        this.check = new EnvelopeCheck(market.spec().id(), SimSigner.check(), new VerifiedRoots(ROOTS));
        this.skewMs = skewMs;
    }

    int place() {
        return place;
    }

    PeerId id() {
        return signer.owner();
    }

    ForgetfulDisk disk() {
        return disk;
    }

    boolean isAlive() {
        return life != null;
    }

    /** Bytes of answers it took this life to have the book; -1 while it has not. */
    long bytesToJoin() {
        return life().bytesToJoin;
    }

    /** What an envelope says, or null if its own bytes refute it. */
    @Nullable
    Envelope open(byte[] envelope) {
        return check.check(envelope);
    }

    boolean isReady() {
        Life now = life;
        return now != null && now.replica.isReady();
    }

    long powerLosses() {
        return powerLosses;
    }

    /** Whose time this peer believes in. */
    long epochMs() {
        return market.world().epochMs() + skewMs + jumpMs;
    }

    /** Lets the wall clock jump, as an operator would. */
    void jumpClock(long byMs) {
        jumpMs += byMs;
    }

    MarketReplica replica() {
        return life().replica;
    }

    private Life life() {
        Life now = life;
        if (now == null) {
            throw new IllegalStateException("peer " + place + " is dead");
        }
        return now;
    }

    /** Comes to life: opens the journal, restores, starts. A loss of power in the middle leaves it dead. */
    void start() {
        if (life != null) {
            throw new IllegalStateException("peer " + place + " lives already");
        }
        try {
            Life fresh = new Life();
            life = fresh;
            fresh.begin();
        } catch (ForgetfulDisk.PowerLoss e) {
            losePower();
        }
    }

    /** Dies without a word. What the disk had not synced is lost in part. */
    void crash() {
        if (life != null) {
            losePower();
        }
    }

    private void losePower() {
        life = null;
        powerLosses++;
        disk.crash();
        market.onDied(this);
    }

    // ---- what the user does

    @Nullable
    Answer submit(OrderRequest request) {
        return ask(now -> now.replica.submit(request, market.world().nowNs(), epochMs()));
    }

    @Nullable
    Answer cancel(OrderId order) {
        return ask(now -> now.replica.cancel(order, market.world().nowNs(), epochMs()));
    }

    @Nullable
    Answer reduce(OrderId order, long quantity) {
        return ask(now -> now.replica.reduce(order, quantity, market.world().nowNs(), epochMs()));
    }

    @Nullable
    Answer forceRelease(TradeId trade) {
        return ask(now -> now.replica.forceRelease(trade, market.world().nowNs(), epochMs()));
    }

    /** Puts a checkpoint in place of the journal's past. */
    void checkpoint() {
        act(now -> {
            List<Journal.Entry> entries = new ArrayList<>();
            for (byte[] record : now.replica.checkpoint()) {
                entries.add(new Journal.Entry(RECORD, record));
            }
            now.journal.snapshot(entries);
            now.commitSoon();
        });
    }

    // ---- what the network brings

    /** An envelope of the topic; says what to do with it. */
    Verdict onTopic(PeerId from, byte[] envelope) {
        Envelope opened = check.check(envelope);
        if (opened == null) {
            return Verdict.REJECT;
        }
        Verdict verdict = ask(now ->
                now.replica.onEnvelope(from, opened, epochMs(), market.world().nowNs(), epochMs()));
        return verdict == null ? Verdict.IGNORE : verdict;
    }

    /** An envelope of a counterparty. */
    void onTrade(PeerId from, byte[] envelope) {
        Envelope opened = check.check(envelope);
        if (opened != null) {
            act(now -> {
                now.replica.onTradeMessage(
                        from, opened, epochMs(), market.world().nowNs(), epochMs());
            });
        }
    }

    /** The peers that can be asked now. */
    void onPeers(List<PeerId> peers) {
        act(now -> {
            now.replica.onPeers(peers, market.world().nowNs(), epochMs());
        });
    }

    byte @Nullable [] answer(PeerId from, RequestKind kind, byte[] request) {
        long nowNs = market.world().nowNs();
        byte[] answer = ask(now -> kind == RequestKind.SNAPSHOT
                ? now.replica.onSnapshotRequest(from, request, nowNs, epochMs())
                : now.replica.onSyncRequest(from, request, nowNs, epochMs()));
        MarketPeer asker = market.peer(from);
        if (answer == null || asker == null) {
            return null;
        }
        List<SignedItem> items = items(kind, answer);
        for (SignedItem item : items) {
            // What an answer lets out for the first time is heard by the bystander too.
            market.onSaid(this, item);
        }
        return market.lets(this, asker, items) ? answer : null;
    }

    private List<SignedItem> items(RequestKind kind, byte[] answer) {
        if (kind == RequestKind.SNAPSHOT) {
            var page = SyncCodec.snapshotAnswer(check, answer);
            return page == null ? List.of() : page.items();
        }
        var part = SyncCodec.syncAnswer(check, answer);
        return part == null ? List.of() : part.items();
    }

    private void takeAnswer(PeerId from, long requestId, RequestKind kind, byte @Nullable [] answer, Life asker) {
        act(now -> {
            if (now == asker && kind == RequestKind.SNAPSHOT) {
                now.replica.onSnapshotAnswer(
                        from,
                        requestId,
                        answer == null ? null : SyncCodec.snapshotAnswer(check, answer),
                        market.world().nowNs(),
                        epochMs());
            } else if (now == asker) {
                now.replica.onSyncAnswer(
                        from,
                        requestId,
                        answer == null ? null : SyncCodec.syncAnswer(check, answer),
                        market.world().nowNs(),
                        epochMs());
            }
        });
    }

    /** Gives an input to this life, if there is one. */
    private void act(Consumer<Life> input) {
        Life now = life;
        if (now != null) {
            input.accept(now);
            now.wakeAtDeadline();
        }
    }

    /** The same, for an input that is answered; null from the dead. */
    private <R> @Nullable R ask(Function<Life, R> input) {
        Life now = life;
        if (now == null) {
            return null;
        }
        R result = input.apply(now);
        now.wakeAtDeadline();
        return result;
    }

    /** From a start to a crash. */
    private final class Life implements ReplicaSink {
        private final MarketReplica replica;
        private final Journal journal;
        private boolean committing;
        private long bytesAnswered;
        private long bytesToJoin = -1;
        private long wakeUpNs = Long.MAX_VALUE;

        Life() {
            replica = new MarketReplica(ReplicaOptions.of(market.spec()), signer, this, random);
            journal = Journal.open(
                    disk.open(),
                    new JournalReplay() {
                        @Override
                        public void onSnapshot(long baseLsn, int type, byte[] body) {
                            replica.restore(body);
                        }

                        @Override
                        public void onRecord(long lsn, int type, byte[] body) {
                            replica.restore(body);
                        }
                    },
                    random);
        }

        void begin() {
            market.onRecovered(MarketPeer.this, replica);
            replica.start(market.world().nowNs(), epochMs());
            replica.onPeers(market.peersOf(MarketPeer.this), market.world().nowNs(), epochMs());
            wakeAtDeadline();
        }

        @Override
        public long append(byte[] record) {
            long lsn = journal.append(RECORD, record);
            commitSoon();
            return lsn;
        }

        void commitSoon() {
            if (!committing) {
                committing = true;
                market.world().after(COMMIT_MIN_NS + random.nextLong(COMMIT_SPREAD_NS), this::commit);
            }
        }

        private void commit() {
            if (life != this) {
                return;
            }
            committing = false;
            try {
                long lsn = journal.commit();
                market.world().after(random.nextLong(World.MS), () -> durable(lsn));
            } catch (ForgetfulDisk.PowerLoss e) {
                losePower();
            }
        }

        private void durable(long lsn) {
            if (life == this) {
                replica.onDurable(lsn, market.world().nowNs(), epochMs());
                wakeAtDeadline();
            }
        }

        void wakeAtDeadline() {
            long dueNs = replica.nextDeadlineNs();
            if (dueNs < wakeUpNs) {
                wakeUpNs = Math.max(dueNs, market.world().nowNs());
                market.world().at(wakeUpNs, this::wakeUp);
            }
        }

        private void wakeUp() {
            wakeUpNs = Long.MAX_VALUE;
            if (life == this) {
                replica.onTick(market.world().nowNs(), epochMs());
                wakeAtDeadline();
            }
        }

        @Override
        public void publish(byte[] envelope) {
            said(envelope);
            market.publish(MarketPeer.this, envelope);
        }

        @Override
        public void sendTrade(PeerId to, byte[] envelope) {
            said(envelope);
            MarketPeer other = market.peer(to);
            if (other != null) {
                market.send(MarketPeer.this, other, envelope);
            }
        }

        private void said(byte[] envelope) {
            Envelope opened = check.check(envelope);
            if (opened == null) {
                throw new IllegalStateException("peer " + place + " made an envelope its own check refuses");
            }
            for (SignedItem item : opened.items()) {
                market.onSaid(MarketPeer.this, item);
            }
        }

        @Override
        public void request(PeerId to, long requestId, RequestKind kind, byte[] request) {
            MarketPeer other = market.peer(to);
            if (other == null) {
                throw new IllegalStateException("peer " + place + " asks somebody unknown: " + to);
            }
            Network network = market.network();
            boolean[] answered = {false};
            network.post(place, other.place, request.length, () -> {
                byte[] answer = other.answer(id(), kind, request);
                if (answer != null) {
                    network.post(other.place, place, answer.length, () -> {
                        if (!answered[0]) {
                            answered[0] = true;
                            bytesAnswered += answer.length;
                            takeAnswer(to, requestId, kind, answer, this);
                        }
                    });
                }
            });
            market.world().after(REQUEST_TIMEOUT_NS, () -> {
                if (!answered[0]) {
                    answered[0] = true;
                    takeAnswer(to, requestId, kind, null, this);
                }
            });
        }

        @Override
        public void joined(JoinReport report) {
            bytesToJoin = bytesAnswered;
        }

        @Override
        public void orderChanged(OrderUpdate update) {
            market.onOrderChanged(MarketPeer.this, update);
        }

        @Override
        public void traded(TradeUpdate trade) {}

        @Override
        public void bookChanged() {}

        @Override
        public void notice(Notice notice, @Nullable OrderId about) {
            market.onNotice(MarketPeer.this, notice, about);
        }
    }
}
