package io.outcry.cli;

import io.outcry.market.TradeId;
import io.outcry.market.replica.OrderUpdate;
import io.outcry.market.replica.TradeUpdate;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What one peer of the demo holds at one moment; the judge compares what several hold.
 *
 * @param number which peer
 * @param present whether it runs, has the book and is in the mesh
 * @param digest of its book, as of a moment all were asked for; empty if it did not answer
 * @param orders its own
 * @param tape every trade it was told of, with the newest state
 * @param settledNs when it first heard that a trade was settled
 * @param unsettledFills its own fills whose settlement it has not heard
 * @param pendingProposals its own proposals without an answer
 */
record DemoWitness(
        int number,
        boolean present,
        Optional<String> digest,
        List<OrderUpdate> orders,
        Map<TradeId, TradeUpdate> tape,
        Map<TradeId, Long> settledNs,
        int unsettledFills,
        int pendingProposals) {}
