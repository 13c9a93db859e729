package io.outcry.market.replica;

import io.outcry.core.identity.PeerId;
import io.outcry.market.OrderId;
import org.jspecify.annotations.Nullable;

/**
 * The way out of a {@link MarketReplica}. Called synchronously, in an order that the inputs alone decide.
 *
 * <p><b>Threading</b>: the replica's. An implementation must not call back into the replica.
 *
 * <p><b>Ownership</b>: arrays are given away and not used again by the replica.
 */
public interface ReplicaSink {

    /**
     * Write this record to the journal; report with {@link MarketReplica#onDurable}. Whatever depends on it is kept back
     * until then. Records must reach the disk in the order of these calls.
     *
     * @return the record's number, larger than that of any record before it
     */
    long append(byte[] record);

    /** Publish an envelope on the market's topic. */
    void publish(byte[] envelope);

    /** Send an envelope to one peer by {@code /outcry/trade/1.0.0}, if it can be reached; a loss is made up for later. */
    void sendTrade(PeerId to, byte[] envelope);

    /** Ask a peer; report with {@link MarketReplica#onSnapshotAnswer} or {@link MarketReplica#onSyncAnswer}. */
    void request(PeerId to, long requestId, RequestKind kind, byte[] request);

    /** The book is complete enough to match: own orders trade from now on. Once. */
    void joined(JoinReport report);

    /** An own order changed, durably. */
    void orderChanged(OrderUpdate update);

    /** A trade was decided or settled, anywhere in the market. */
    void traded(TradeUpdate trade);

    /** What is available changed; read it with {@link MarketReplica#book}. At most once an input. */
    void bookChanged();

    /** Something the operator should know. */
    void notice(Notice notice, @Nullable OrderId about);
}
