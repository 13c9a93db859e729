package io.outcry.cli;

import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.market.MarketSpec;
import io.outcry.market.OrderId;
import io.outcry.market.replica.OrderRequest;
import io.outcry.node.Market;
import io.outcry.node.OrderRefused;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Conducts the demo: starts the nodes, plays the rows, lets one node die and return and another come late, waits until
 * everything is at rest, and judges what came of it.
 *
 * <p><b>Threading</b>: one thread conducts; answers of the markets arrive on theirs and only note what happened.
 */
final class Demo {

    /** The demo ends by itself within 90 s; what is not at rest by then is judged as it is. */
    private static final long END_NS = TimeUnit.SECONDS.toNanos(80);

    /** For all peers together to find their places; what is left is for trading. */
    private static final long START_NS = TimeUnit.SECONDS.toNanos(45);

    private static final long STEP_MS = 20;
    private static final long PAINT_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int TAPE_LINES = 6;
    private static final long REST_NS = TimeUnit.MILLISECONDS.toNanos(1_500);

    /** Orders on their way to the others at once; a machine that is slow or busy gets a slower demo, not a wrong one. */
    private static final int TRAVELLING_MAX = 64;

    /** After this an order no longer holds up the next ones. */
    private static final long TRAVEL_PATIENCE_NS = TimeUnit.SECONDS.toNanos(5);

    /** Rows a second and peer: under the market's quota of 100 new orders a second and owner. */
    private static final double ROWS_PER_PEER_SECOND = 40;

    /** A picture is worth watching for about this long. */
    private static final double LIVE_SECONDS = 20;

    /** What became of a row that was handed in. */
    record Entered(OrderRow row, DemoPeer peer, long atNs) {}

    private final Speaker speaker;
    private final Quit quit;
    private final @Nullable Terminal terminal;
    private final MarketSpec spec;
    private final List<OrderRow> rows;
    private final long seed;
    private final int malformed;
    private final List<DemoPeer> peers = new ArrayList<>();
    private final DemoPeer mortal;
    private final DemoPeer late;

    private final Map<Integer, OrderId> orderOfRow = new ConcurrentHashMap<>();
    private final Map<OrderId, Entered> accepted = new ConcurrentHashMap<>();
    private final Queue<OrderId> travelling = new ConcurrentLinkedQueue<>();
    private final Set<Integer> unansweredRows = ConcurrentHashMap.newKeySet();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final Map<OrderRow.Type, Integer> refused = new ConcurrentHashMap<>();
    private final AtomicInteger refusedShown = new AtomicInteger();
    private final long startNs = System.nanoTime();
    private long paintNs;
    private boolean died;
    private int played;
    private final ArrayDeque<DemoPicture.Happening> happenings = new ArrayDeque<>();

    Demo(
            Speaker speaker,
            Quit quit,
            @Nullable Terminal terminal,
            MarketSpec spec,
            int peerCount,
            List<OrderRow> rows,
            long seed,
            int malformed,
            Path data) {
        this.speaker = speaker;
        this.quit = quit;
        this.terminal = terminal;
        this.spec = spec;
        this.rows = rows;
        this.seed = seed;
        this.malformed = malformed;
        for (int i = 0; i < peerCount; i++) {
            peers.add(new DemoPeer(i, PrivateKey.generate(KeyType.ED25519), data.resolve("peer-" + i)));
        }
        mortal = peers.get(1);
        late = peers.get(peerCount - 1);
    }

    /** Runs it; null if quitting was asked on the way. */
    @Nullable
    DemoSummary run() throws InterruptedException {
        try {
            startPeers();
            play();
            rest();
            if (quit.isAsked()) {
                return null;
            }
            tell("at rest");
            paintLast();
            return judge();
        } finally {
            peers.parallelStream().forEach(DemoPeer::close);
        }
    }

    // ---- acts --------------------------------------------------------------------------------------------------

    private void startPeers() throws InterruptedException {
        tell("starting");
        for (DemoPeer peer : peers) {
            if (peer != late) {
                start(peer);
            }
        }
        tell("peers are meeting");
        for (DemoPeer peer : peers) {
            if (peer != late) {
                awaitPlace(peer);
            }
        }
    }

    private void start(DemoPeer peer) {
        Optional<Multiaddr> bootstrap = peer.number == 0 ? Optional.empty() : Optional.of(bootstrapAddress());
        peer.start(spec, bootstrap);
        if (speaker.isJson()) {
            Addresses.sayListening(speaker, peer.node().host());
        }
    }

    private Multiaddr bootstrapAddress() {
        DemoPeer first = peers.get(0);
        Multiaddr address = first.node().host().listenAddresses().get(0);
        return address.peerId().isPresent() ? address : address.withPeer(first.peerId());
    }

    /** Waits until a peer's book is copied, it knows all others of the topic, and has a mesh. */
    private void awaitPlace(DemoPeer peer) throws InterruptedException {
        while (!isInPlace(peer)) {
            if (System.nanoTime() - startNs > START_NS) {
                throw new VerbFailure(
                        "DEMO",
                        "peer " + peer.number + " did not find its place within "
                                + TimeUnit.NANOSECONDS.toSeconds(START_NS) + " s: " + peer.state());
            }
            if (pause()) {
                return;
            }
        }
        peer.present(System.nanoTime());
    }

    private boolean isInPlace(DemoPeer peer) {
        Market market = peer.market();
        if (!market.ready().isDone() || peer.node().pubsub().mesh(spec.topic()).isEmpty()) {
            return false;
        }
        Set<PeerId> known = peer.node().pubsub().topicPeers(spec.topic());
        for (DemoPeer other : peers) {
            // Both sides must know: who publishes decides whom it sends to.
            if (other != peer
                    && other.isRunning()
                    && (!known.contains(other.peerId())
                            || !other.node().pubsub().topicPeers(spec.topic()).contains(peer.peerId()))) {
                return false;
            }
        }
        return true;
    }

    private void play() throws InterruptedException {
        double seconds = rows.size() / (ROWS_PER_PEER_SECOND * peers.size());
        if (terminal != null) {
            seconds = Math.max(seconds, Math.min(LIVE_SECONDS, rows.size() / 10.0));
        }
        tell("trading");
        long beganNs = System.nanoTime();
        ArrayDeque<OrderRow> waiting = new ArrayDeque<>();
        int next = 0;
        while (next < rows.size() || !waiting.isEmpty()) {
            double part = (System.nanoTime() - beganNs) / (seconds * 1e9);
            happen(next / (double) rows.size());
            int due = (int) Math.min(rows.size(), part * rows.size());
            for (int i = waiting.size(); i > 0; i--) {
                playOrWait(waiting.remove(), waiting);
            }
            while (next < due && hasRoom()) {
                playOrWait(rows.get(next++), waiting);
            }
            if (pause() || isOver()) {
                return;
            }
        }
        happen(1);
    }

    /** Waits for the slowest: no more rows while too many of the last ones have not reached everybody. */
    private boolean hasRoom() {
        long nowNs = System.nanoTime();
        travelling.removeIf(id -> {
            Entered order = accepted.get(id);
            return order == null || nowNs - order.atNs() > TRAVEL_PATIENCE_NS || hasReachedAll(id, order);
        });
        return travelling.size() + unanswered.get() < TRAVELLING_MAX;
    }

    private boolean hasReachedAll(OrderId id, Entered order) {
        for (DemoPeer peer : peers) {
            if (isExpected(id, order, peer) && !peer.hasHeard(id)) {
                return false;
            }
        }
        return true;
    }

    /** What befalls the network, by how much of the rows has been played. */
    private void happen(double part) throws InterruptedException {
        if (part >= 0.3 && mortal.state().equals("up") && !died) {
            died = true;
            tell("peer " + mortal.number + " died without goodbye");
            mortal.die();
        }
        if (part >= 0.45 && !late.isRunning()) {
            tell("peer " + late.number + " joins late, through rendezvous and snapshots");
            start(late);
        }
        if (part >= 0.6 && died && !mortal.isRunning()) {
            tell("peer " + mortal.number + " returns from its journal");
            start(mortal);
        }
        for (DemoPeer peer : peers) {
            if (peer.isRunning() && !peer.isPresent() && isInPlace(peer)) {
                peer.present(System.nanoTime());
                tell("peer " + peer.number + " is in its place and trades");
            }
        }
    }

    /** A row of a peer that is not there waits for it, in order with the others of that peer. */
    private void playOrWait(OrderRow row, ArrayDeque<OrderRow> waiting) {
        DemoPeer peer = peers.get(row.peer());
        boolean reentry = row.type() == OrderRow.Type.CANCEL
                && !orderOfRow.containsKey(row.ref())
                && (unansweredRows.contains(row.ref()) || isWaiting(row.ref(), waiting));
        if (!peer.isPresent() || reentry) {
            waiting.add(row);
            return;
        }
        played++;
        enter(row, peer);
    }

    private static boolean isWaiting(int ref, ArrayDeque<OrderRow> waiting) {
        for (OrderRow row : waiting) {
            if (row.row() == ref) {
                return true;
            }
        }
        return false;
    }

    private void enter(OrderRow row, DemoPeer peer) {
        Market market = peer.market();
        if (row.type() == OrderRow.Type.CANCEL) {
            cancel(row, market);
            return;
        }
        OrderRequest request;
        try {
            request = NodeDesk.request(
                    market,
                    row.buy(),
                    row.price(),
                    row.quantity(),
                    NodeCommand.Type.valueOf(row.type().name()));
        } catch (IllegalArgumentException e) {
            refuse(row, String.valueOf(e.getMessage()));
            return;
        }
        long atNs = System.nanoTime();
        unanswered.incrementAndGet();
        unansweredRows.add(row.row());
        market.submit(request).whenComplete((id, failure) -> {
            if (id != null) {
                accepted.put(id, new Entered(row, peer, atNs));
                orderOfRow.put(row.row(), id);
                travelling.add(id);
            } else {
                refuse(row, Answers.why(failure));
            }
            unansweredRows.remove(row.row());
            unanswered.decrementAndGet();
        });
    }

    private void cancel(OrderRow row, Market market) {
        OrderId id = orderOfRow.get(row.ref());
        if (id == null) {
            refuse(row, "row " + row.ref() + " is no order");
            return;
        }
        unanswered.incrementAndGet();
        market.cancel(id).whenComplete((answer, failure) -> {
            // An order that filled before its cancel came is no mistake of the row's.
            if (failure != null && !(unwrap(failure) instanceof OrderRefused)) {
                refuse(row, Answers.why(failure));
            }
            unanswered.decrementAndGet();
        });
    }

    private static Throwable unwrap(Throwable failure) {
        return failure.getCause() != null && failure instanceof java.util.concurrent.CompletionException
                ? failure.getCause()
                : failure;
    }

    private void refuse(OrderRow row, String why) {
        refused.merge(row.type(), 1, Integer::sum);
        if (terminal == null && refusedShown.incrementAndGet() <= 10) {
            speaker.warn("row " + row.row() + " was refused: " + why);
        }
    }

    /** Waits until nothing is under way and all books agree, for a while in a row. */
    private void rest() throws InterruptedException {
        tell("all orders are played; coming to rest");
        long calmSinceNs = 0;
        while (!isOver()) {
            happen(1); // a short input ends before all that shall befall has
            boolean calm = isCalm();
            long nowNs = System.nanoTime();
            if (!calm) {
                calmSinceNs = 0;
            } else if (calmSinceNs == 0) {
                calmSinceNs = nowNs;
            } else if (nowNs - calmSinceNs >= REST_NS) {
                return;
            }
            if (pause()) {
                return;
            }
        }
    }

    private boolean isCalm() throws InterruptedException {
        if (unanswered.get() > 0) {
            return false;
        }
        for (DemoPeer peer : peers) {
            if (!peer.isPresent()) {
                return false;
            }
        }
        DemoJudge judge = hearing();
        return judge.isConverged() && judge.unfinished() == 0 && judge.unconfirmed() == 0;
    }

    /** Asks everybody about the same moment. */
    private DemoJudge hearing() throws InterruptedException {
        readDigests();
        return new DemoJudge(peers.stream().map(DemoPeer::witness).toList());
    }

    private void readDigests() throws InterruptedException {
        long asOfMs = System.currentTimeMillis();
        CompletableFuture<?> all = CompletableFuture.allOf(
                peers.stream().map(peer -> peer.askDigest(asOfMs)).toArray(CompletableFuture<?>[]::new));
        try {
            all.get(DemoPeer.ANSWER_MS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            return; // who did not answer has no digest
        }
    }

    private boolean isOver() {
        return quit.isAsked() || System.nanoTime() - startNs > END_NS;
    }

    /** Lets time pass; true if quitting was asked. */
    private boolean pause() throws InterruptedException {
        paint();
        return quit.await(STEP_MS);
    }

    private DemoSummary judge() throws InterruptedException {
        DemoJudge judge = hearing();
        Delivery delivery = delivery(accepted, peers);
        List<Double> latenciesMs = new ArrayList<>();
        judge.settledNs().forEach((trade, atNs) -> {
            Entered taker = accepted.get(trade.taker());
            if (taker != null) {
                latenciesMs.add((atNs - taker.atNs()) / 1e6);
            }
        });
        latenciesMs.sort(null);
        Map<OrderId, Long> quantities = new HashMap<>();
        accepted.forEach(
                (id, order) -> quantities.put(id, spec.quantityLots(order.row().quantity())));
        return new DemoSummary(
                peers.size(),
                judge.present(),
                rows.size(),
                played,
                seed,
                malformed,
                judge.trades().size(),
                Map.copyOf(refused),
                judge.isConverged(),
                judge.digests(),
                judge.overfilled(quantities),
                judge.unconfirmed(),
                delivery.rate(),
                peers.stream().mapToLong(DemoPeer::bytesWritten).sum(),
                rank(latenciesMs, 0.50),
                rank(latenciesMs, 0.99));
    }

    /** Pairs of an order and a peer that must have it, and how many of those have. */
    record Delivery(long expected, long received) {
        double rate() {
            return expected == 0 ? 1.0 : (double) received / expected;
        }
    }

    static Delivery delivery(Map<OrderId, Entered> orders, List<DemoPeer> peers) {
        long expected = 0;
        long received = 0;
        for (Map.Entry<OrderId, Entered> order : orders.entrySet()) {
            for (DemoPeer peer : peers) {
                if (isExpected(order.getKey(), order.getValue(), peer)) {
                    expected++;
                    received += peer.hasHeard(order.getKey()) ? 1 : 0;
                }
            }
        }
        return new Delivery(expected, received);
    }

    /**
     * Whether a peer must have received an order: it was subscribed when the order was entered, and is to this day. An owner
     * that died may have closed an order that it had not sent yet; then there is nothing to receive.
     */
    private static boolean isExpected(OrderId id, Entered order, DemoPeer peer) {
        DemoPeer owner = order.peer();
        return peer != owner
                && peer.readyNs() - order.atNs() < 0
                && (owner.readyNs() - order.atNs() < 0 || owner.isOpen(id));
    }

    private static double rank(List<Double> sorted, double part) {
        if (sorted.isEmpty()) {
            return 0;
        }
        int index = (int) Math.ceil(part * sorted.size()) - 1;
        return Math.round(sorted.get(Math.max(0, index)) * 10) / 10.0;
    }

    // ---- the picture -------------------------------------------------------------------------------------------

    private void paint() throws InterruptedException {
        long nowNs = System.nanoTime();
        if (terminal == null || nowNs - paintNs < PAINT_NS) {
            return;
        }
        paintNs = nowNs;
        paint(terminal, terminal.rows());
    }

    /** The picture that stays, with room for the verdict below it. */
    private void paintLast() throws InterruptedException {
        if (terminal != null) {
            paint(terminal, terminal.rows() - DemoSummary.LINES);
        }
    }

    private void paint(Terminal on, int rows) throws InterruptedException {
        on.paint(DemoPicture.lines(scene(System.nanoTime()), rows), DemoPicture::coloured);
    }

    private void tell(String what) {
        if (happenings.size() == DemoPicture.HAPPENINGS_MAX) {
            happenings.remove();
        }
        happenings.add(new DemoPicture.Happening((System.nanoTime() - startNs) / 1e9, what));
    }

    private DemoPicture.Scene scene(long nowNs) throws InterruptedException {
        Map<PeerId, Integer> numbers = new HashMap<>();
        peers.forEach(peer -> numbers.put(peer.peerId(), peer.number));
        DemoJudge judge = hearing();
        List<DemoPicture.PeerLine> lines = new ArrayList<>();
        for (DemoPeer peer : peers) {
            List<Integer> mesh = new ArrayList<>();
            if (peer.isRunning()) {
                for (PeerId other : peer.node().pubsub().mesh(spec.topic())) {
                    Integer number = numbers.get(other);
                    if (number != null) {
                        mesh.add(number);
                    }
                }
                mesh.sort(null);
            }
            lines.add(new DemoPicture.PeerLine(
                    peer.number,
                    peer.peerId().toString(),
                    peer.state(),
                    mesh,
                    peer.openOrders(),
                    peer.digest().orElse("")));
        }
        DemoPeer shown = peers.get(0);
        var book = shown.market().book().levels();
        return new DemoPicture.Scene(
                spec.name(),
                seed,
                (nowNs - startNs) / 1e9,
                played,
                rows.size(),
                judge.trades().size(),
                judge.settledNs().size(),
                peers.stream().mapToLong(DemoPeer::bytesWritten).sum(),
                List.copyOf(happenings),
                lines,
                levels(book.bids()),
                levels(book.asks()),
                tape(shown, numbers));
    }

    private List<DemoPicture.TapeLine> tape(DemoPeer shown, Map<PeerId, Integer> numbers) {
        return shown.newestTrades(TAPE_LINES).stream()
                .map(trade -> new DemoPicture.TapeLine(
                        onGrid(spec.price(trade.price()), spec.tick()),
                        onGrid(spec.quantity(trade.quantity()), spec.lot()),
                        numbers.getOrDefault(trade.maker().owner(), -1),
                        numbers.getOrDefault(trade.trade().taker().owner(), -1),
                        trade.settled()))
                .toList();
    }

    private List<DemoPicture.Level> levels(List<io.outcry.market.replica.BookLevels.Level> levels) {
        return levels.stream()
                .limit(6)
                .map(level -> new DemoPicture.Level(
                        onGrid(spec.price(level.price()), spec.tick()),
                        onGrid(spec.quantity(level.quantity()), spec.lot())))
                .toList();
    }

    /** With as many decimals as the grid has, so that points stand below each other. */
    private static String onGrid(String decimal, String step) {
        return new BigDecimal(decimal)
                .setScale(Math.max(0, new BigDecimal(step).scale()), RoundingMode.UNNECESSARY)
                .toPlainString();
    }
}
