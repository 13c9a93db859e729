package io.outcry.market;

import io.outcry.core.identity.PeerId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One question about where two books differ: the vector of owners' sums, the lists of some owners, or some orders.
 *
 * @param asOfMs orders that expire by then are left out
 * @param part which of the three
 * @param owners for LISTS
 * @param orders for ORDERS
 * @param afterOwner for VECTOR: go on after this owner, or null from the beginning
 */
public record SyncQuery(
        long asOfMs,
        Part part,
        List<PeerId> owners,
        List<OrderId> orders,
        @Nullable PeerId afterOwner) {

    /** What is asked for. */
    public enum Part {
        /** Owner, sum and count of each owner. */
        VECTOR(1),
        /** The marks of some owners' orders, and their censuses. */
        LISTS(2),
        /** Some orders. */
        ORDERS(3);

        private final int code;

        Part(int code) {
            this.code = code;
        }

        /** Its number on the wire. */
        public int code() {
            return code;
        }
    }

    /** Checks the ranges. */
    public SyncQuery {
        owners = List.copyOf(owners);
        orders = List.copyOf(orders);
        if (owners.size() > MarketLimits.SYNC_OWNERS_MAX
                || orders.size() > MarketLimits.SYNC_ORDERS_MAX
                || asOfMs < 0
                || (part != Part.LISTS && !owners.isEmpty())
                || (part != Part.ORDERS && !orders.isEmpty())
                || (part != Part.VECTOR && afterOwner != null)) {
            throw new IllegalArgumentException("a query asks for one thing, within the limits");
        }
    }

    /** The sums of all owners. */
    public static SyncQuery vector(long asOfMs, @Nullable PeerId afterOwner) {
        return new SyncQuery(asOfMs, Part.VECTOR, List.of(), List.of(), afterOwner);
    }

    /** The marks of some owners' orders. */
    public static SyncQuery lists(long asOfMs, List<PeerId> owners) {
        return new SyncQuery(asOfMs, Part.LISTS, owners, List.of(), null);
    }

    /** Some orders. */
    public static SyncQuery orders(long asOfMs, List<OrderId> orders) {
        return new SyncQuery(asOfMs, Part.ORDERS, List.of(), orders, null);
    }

    /** One owner's part of the digest. */
    public record OwnerSum(PeerId owner, ItemHash sum, long count) {}

    /** One order as the digest counts it; {@link Long#MAX_VALUE} stands for the v of an equivocated order. */
    public record OrderMark(long seq, long v, long hash8) {}

    /** One owner's orders. */
    public record OwnerList(
            PeerId owner, List<OrderMark> marks, @Nullable SignedItem census, boolean cut) {

        /** Takes a copy of the list. */
        public OwnerList {
            marks = List.copyOf(marks);
        }
    }

    /**
     * The answer; what was not asked for is empty.
     *
     * @param nextOwner of a vector too long for one answer, or null at its end
     */
    public record Answer(
            SyncStatus status,
            List<OwnerSum> vector,
            List<OwnerList> lists,
            List<SignedItem> items,
            @Nullable PeerId nextOwner) {

        /** Takes copies of the lists. */
        public Answer {
            vector = List.copyOf(vector);
            lists = List.copyOf(lists);
            items = List.copyOf(items);
        }
    }
}
