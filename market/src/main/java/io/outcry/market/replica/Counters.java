package io.outcry.market.replica;

/**
 * What a replica counts.
 *
 * <p><b>Threading</b>: written by the replica's thread; {@link #toString} and the accessors may be read there only.
 */
public final class Counters {

    long envelopes;
    long items;
    long itemsOverQuota;
    long itemsFromTheFuture;
    long ordersCrowdedOut;
    long stepsMerged;
    long equivocations;
    long looks;
    long proposalsMade;
    long proposalsHeard;
    long proposalsUnanswered;
    long fills;
    long refusals;
    long settles;
    long answersWithoutProposal;
    long contradictedTrades;
    long lateOrders;
    long envelopesMade;
    long envelopesSealedDirect;
    long repairs;
    long fences;

    Counters() {}

    /** Envelopes heard. */
    public long envelopes() {
        return envelopes;
    }

    /** Items heard in them. */
    public long items() {
        return items;
    }

    /** Envelopes and orders not taken because their owner was over a quota. */
    public long itemsOverQuota() {
        return itemsOverQuota;
    }

    /** Items set aside because their time had not come. */
    public long itemsFromTheFuture() {
        return itemsFromTheFuture;
    }

    /** Orders of those who have the most, dropped from a full book to make room for others'. */
    public long ordersCrowdedOut() {
        return ordersCrowdedOut;
    }

    /** Steps that changed the book. */
    public long stepsMerged() {
        return stepsMerged;
    }

    /** Orders whose owners contradicted themselves. */
    public long equivocations() {
        return equivocations;
    }

    /** Orders looked at in search of makers. */
    public long looks() {
        return looks;
    }

    /** Own HOLD steps. */
    public long proposalsMade() {
        return proposalsMade;
    }

    /** HOLD steps addressed to this replica, repeats included. */
    public long proposalsHeard() {
        return proposalsHeard;
    }

    /** Of these, not answered: over a quota, or about an order this replica cannot speak for. */
    public long proposalsUnanswered() {
        return proposalsUnanswered;
    }

    /** Own FILL steps. */
    public long fills() {
        return fills;
    }

    /** Own refusals. */
    public long refusals() {
        return refusals;
    }

    /** Own SETTLE steps. */
    public long settles() {
        return settles;
    }

    /** FILLs and refusals that fit no proposal of this replica. */
    public long answersWithoutProposal() {
        return answersWithoutProposal;
    }

    /** Trade ids used for two proposals, or answered in two ways. */
    public long contradictedTrades() {
        return contradictedTrades;
    }

    /** Orders whose heartbeat was not heard. */
    public long lateOrders() {
        return lateOrders;
    }

    /** Envelopes published. */
    public long envelopesMade() {
        return envelopesMade;
    }

    /** Envelopes made for one peer. */
    public long envelopesSealedDirect() {
        return envelopesSealedDirect;
    }

    /** Items that anti-entropy had to bring. */
    public long repairs() {
        return repairs;
    }

    /** Times another copy of the key was met. */
    public long fences() {
        return fences;
    }

    @Override
    public String toString() {
        return "envelopes=" + envelopes + " items=" + items + " overQuota=" + itemsOverQuota + " merged=" + stepsMerged
                + " proposals=" + proposalsMade + "/" + proposalsHeard + " fills=" + fills + " refusals=" + refusals
                + " settles=" + settles + " strayAnswers=" + answersWithoutProposal + " late=" + lateOrders
                + " made=" + envelopesMade + "+" + envelopesSealedDirect + " repairs=" + repairs;
    }
}
