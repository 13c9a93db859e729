package io.outcry.cli;

import io.outcry.core.identity.PeerId;
import io.outcry.market.MarketSpec;
import io.outcry.market.OrderId;
import io.outcry.market.OrderStatus;
import io.outcry.market.TradeId;
import io.outcry.market.replica.OrderUpdate;
import io.outcry.market.replica.TradeUpdate;
import io.outcry.node.MarketStatus;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Looks at all peers of the demo at one moment and judges what they hold against each other. */
final class DemoJudge {

    private static final long ANSWER_MS = 2_000;
    private static final int TAPE_LINES = 6;

    private final List<DemoPeer> peers;
    private final Map<TradeId, TradeUpdate> trades = new HashMap<>();
    private final Map<TradeId, Long> settledNs = new HashMap<>();

    DemoJudge(List<DemoPeer> peers) {
        this.peers = peers;
        for (DemoPeer peer : peers) {
            peer.tape.forEach((id, trade) -> trades.merge(id, trade, (a, b) -> a.settled() ? a : b));
            peer.settledNs.forEach((id, atNs) -> settledNs.merge(id, atNs, Math::min));
        }
    }

    /** Asks every running peer for the digest of its book as of the same moment; how many different ones there are. */
    int readDigests() {
        long asOfMs = System.currentTimeMillis();
        Map<DemoPeer, CompletableFuture<String>> asked = new HashMap<>();
        for (DemoPeer peer : peers) {
            if (peer.isRunning()) {
                asked.put(peer, peer.market().digest(asOfMs));
            }
        }
        asked.forEach((peer, answer) -> {
            String digest = await(answer);
            peer.digest = digest == null ? "" : digest;
        });
        return digests().size();
    }

    /** The different digests last read. */
    List<String> digests() {
        TreeSet<String> different = new TreeSet<>();
        for (DemoPeer peer : peers) {
            if (peer.isRunning()) {
                different.add(peer.digest);
            }
        }
        return List.copyOf(different);
    }

    /** Proposals and fills that wait for somebody, at all peers. */
    int unfinished() {
        int unfinished = 0;
        for (DemoPeer peer : peers) {
            if (peer.isRunning()) {
                MarketStatus status = status(peer);
                unfinished += status == null ? 1 : status.pendingProposals() + status.unsettledFills();
            }
        }
        return unfinished;
    }

    /** Fills without their settlement: decided somewhere, settled nowhere. */
    int unconfirmed() {
        int unconfirmed = 0;
        for (TradeUpdate trade : trades.values()) {
            unconfirmed += trade.settled() ? 0 : 1;
        }
        return unconfirmed;
    }

    /**
     * Orders that traded beyond their quantity: by what their owner says, or by the sum of the trades that anybody saw,
     * each counted once.
     */
    int overfilled() {
        Map<OrderId, Long> traded = new HashMap<>();
        for (TradeUpdate trade : trades.values()) {
            traded.merge(trade.maker(), trade.quantity(), Long::sum);
            traded.merge(trade.trade().taker(), trade.quantity(), Long::sum);
        }
        int overfilled = 0;
        for (DemoPeer peer : peers) {
            for (OrderUpdate update : peer.orders()) {
                long quantity = update.order().quantity();
                if (update.step().filled() > quantity
                        || traded.getOrDefault(update.order().id(), 0L) > quantity) {
                    overfilled++;
                }
            }
        }
        return overfilled;
    }

    Map<TradeId, TradeUpdate> trades() {
        return trades;
    }

    /** When each settled trade was first seen settled. */
    Map<TradeId, Long> settledNs() {
        return settledNs;
    }

    int openOrders(DemoPeer peer) {
        int open = 0;
        for (OrderUpdate update : peer.orders()) {
            open += update.step().status() == OrderStatus.CLOSED ? 0 : 1;
        }
        return open;
    }

    /** The newest trades one peer saw, for the picture. */
    List<DemoPicture.TapeLine> tape(DemoPeer peer, MarketSpec spec, Map<PeerId, Integer> numbers) {
        List<TradeUpdate> tape = peer.market().trades();
        List<DemoPicture.TapeLine> lines = new ArrayList<>();
        for (int i = tape.size() - 1; i >= 0 && lines.size() < TAPE_LINES; i--) {
            TradeUpdate trade = tape.get(i);
            lines.add(new DemoPicture.TapeLine(
                    spec.price(trade.price()),
                    spec.quantity(trade.quantity()),
                    numbers.getOrDefault(trade.maker().owner(), -1),
                    numbers.getOrDefault(trade.trade().taker().owner(), -1),
                    trade.settled()));
        }
        return lines;
    }

    private static @Nullable MarketStatus status(DemoPeer peer) {
        return await(peer.market().status());
    }

    private static <T> @Nullable T await(CompletableFuture<T> answer) {
        try {
            return answer.get(ANSWER_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        } catch (ExecutionException | TimeoutException e) {
            return null; // a peer that is dying has no answer
        }
    }
}
