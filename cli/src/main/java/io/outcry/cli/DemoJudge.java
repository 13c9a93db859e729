package io.outcry.cli;

import io.outcry.market.OrderId;
import io.outcry.market.TradeId;
import io.outcry.market.replica.OrderUpdate;
import io.outcry.market.replica.TradeUpdate;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Judges what the peers of the demo hold against each other. Pure: the same witnesses, the same verdict. */
final class DemoJudge {

    private final List<DemoWitness> witnesses;
    private final Map<TradeId, TradeUpdate> trades = new HashMap<>();
    private final Map<TradeId, Long> settledNs = new HashMap<>();

    DemoJudge(List<DemoWitness> witnesses) {
        this.witnesses = List.copyOf(witnesses);
        for (DemoWitness witness : witnesses) {
            witness.tape().forEach((id, trade) -> trades.merge(id, trade, (a, b) -> a.settled() ? a : b));
            witness.settledNs().forEach((id, atNs) -> settledNs.merge(id, atNs, Math::min));
        }
    }

    /** The different books. A peer that is away, or did not answer, has a book of its own: nobody can say that it agrees. */
    List<String> digests() {
        TreeSet<String> different = new TreeSet<>();
        for (DemoWitness witness : witnesses) {
            different.add(
                    witness.present() && witness.digest().isPresent()
                            ? witness.digest().get()
                            : "unknown of peer " + witness.number());
        }
        return List.copyOf(different);
    }

    boolean isConverged() {
        return digests().size() == 1
                && witnesses.stream().allMatch(w -> w.present() && w.digest().isPresent());
    }

    int present() {
        return (int) witnesses.stream().filter(DemoWitness::present).count();
    }

    /** Proposals and fills that wait for somebody, at all peers. */
    int unfinished() {
        return witnesses.stream()
                .mapToInt(w -> w.pendingProposals() + w.unsettledFills())
                .sum();
    }

    /** Fills without their settlement: settled before nobody's eyes, or not before those of whoever filled. */
    int unconfirmed() {
        int unheard =
                (int) trades.values().stream().filter(trade -> !trade.settled()).count();
        return Math.max(
                unheard,
                witnesses.stream().mapToInt(DemoWitness::unsettledFills).sum());
    }

    /**
     * Orders that traded beyond their quantity: by what their owner says, or by the sum of the trades that anybody saw, each
     * counted once with the largest quantity anybody gives it.
     *
     * @param quantities of all orders that were accepted, in lots
     */
    int overfilled(Map<OrderId, Long> quantities) {
        Map<TradeId, TradeUpdate> largest = new HashMap<>();
        for (DemoWitness witness : witnesses) {
            witness.tape()
                    .forEach((id, trade) -> largest.merge(id, trade, (a, b) -> a.quantity() >= b.quantity() ? a : b));
        }
        Map<OrderId, Long> traded = new HashMap<>();
        for (TradeUpdate trade : largest.values()) {
            traded.merge(trade.maker(), trade.quantity(), Long::sum);
            traded.merge(trade.trade().taker(), trade.quantity(), Long::sum);
        }
        Set<OrderId> overfilled = new HashSet<>();
        quantities.forEach((id, quantity) -> {
            if (traded.getOrDefault(id, 0L) > quantity) {
                overfilled.add(id);
            }
        });
        for (DemoWitness witness : witnesses) {
            for (OrderUpdate update : witness.orders()) {
                if (update.step().filled() > update.order().quantity()) {
                    overfilled.add(update.order().id());
                }
            }
        }
        return overfilled.size();
    }

    Map<TradeId, TradeUpdate> trades() {
        return trades;
    }

    /** When each settled trade was first seen settled. */
    Map<TradeId, Long> settledNs() {
        return settledNs;
    }
}
