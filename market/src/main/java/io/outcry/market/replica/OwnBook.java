package io.outcry.market.replica;

import io.outcry.core.identity.PeerId;
import io.outcry.market.OrderId;
import io.outcry.market.OrderKey;
import io.outcry.orderbook.Side;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The orders of this replica's owner, from the journal alone, and the epoch that numbers them. */
final class OwnBook {

    /** The turns of own orders: the best price first, then K. */
    static final Comparator<OwnOrder> TURN = Comparator.<OwnOrder>comparingLong(
                    order -> order.order.side() == Side.BUY ? -order.order.price() : order.order.price())
            .thenComparing(order -> order.order.key());

    /** Restarts whose gap is remembered: an order of a lost journal is met at the first few, or never. */
    private static final int GAPS_MAX = 16;

    /** Seqs between the last of one epoch and the first of the next. */
    private record Gap(long from, long to) {}

    private final PeerId self;
    private final ArrayDeque<Gap> gaps = new ArrayDeque<>();
    private final TreeMap<Long, OwnOrder> bySeq = new TreeMap<>();
    private final TreeSet<OwnOrder> openBuys = new TreeSet<>(TURN);
    private final TreeSet<OwnOrder> openSells = new TreeSet<>(TURN);

    private long epoch;
    private long nextSeq = 1;
    /** Orders before it are not in this journal: it was begun, or fenced, later. */
    private long floorSeq = Long.MAX_VALUE;

    OwnBook(PeerId self) {
        this.self = self;
    }

    // ---- the epoch ---------------------------------------------------------------------------------------------

    long epoch() {
        return epoch;
    }

    long floorSeq() {
        return floorSeq;
    }

    /** The next order's seq. */
    long nextSeq() {
        return nextSeq;
    }

    long takeSeq() {
        return nextSeq++;
    }

    void restoreEpoch(long begun, long floor) {
        if (epoch > 0 && begun > epoch) {
            gaps.add(new Gap(nextSeq, OrderId.firstSeq(begun)));
            if (gaps.size() > GAPS_MAX) {
                gaps.remove();
            }
        }
        epoch = Math.max(epoch, begun);
        nextSeq = Math.max(nextSeq, OrderId.firstSeq(epoch) + 1);
        if (floor > 0) {
            floorSeq = floor;
        }
    }

    void restoreNextSeq(long seq) {
        nextSeq = Math.max(nextSeq, seq);
    }

    /** Whether this journal never gave that seq: it is still to come, or was left out when an epoch began. */
    boolean neverGave(long seq) {
        return seq >= nextSeq || gaps.stream().anyMatch(gap -> gap.from <= seq && seq < gap.to);
    }

    // ---- the orders --------------------------------------------------------------------------------------------

    void add(OwnOrder order) {
        bySeq.put(order.id().seq(), order);
        restoreNextSeq(order.id().seq() + 1);
        sort(order);
    }

    /** Puts the order where its newest step says. */
    void sort(OwnOrder order) {
        NavigableSet<OwnOrder> open = open(order.order.side());
        if (order.isOpen()) {
            open.add(order);
        } else {
            open.remove(order);
        }
    }

    void remove(OwnOrder order) {
        bySeq.remove(order.id().seq());
        open(order.order.side()).remove(order);
    }

    void clear() {
        bySeq.clear();
        openBuys.clear();
        openSells.clear();
    }

    /** The order of that id, or null: unknown here, or another owner's. */
    @Nullable
    OwnOrder find(OrderId id) {
        return self.equals(id.owner()) ? bySeq.get(id.seq()) : null;
    }

    /** By seq. */
    Collection<OwnOrder> all() {
        return bySeq.values();
    }

    int openOrders() {
        return openBuys.size() + openSells.size();
    }

    NavigableSet<OwnOrder> open(Side side) {
        return side == Side.BUY ? openBuys : openSells;
    }

    /** The open orders on the other side whose limits meet this price and whose K is larger: takers of that order. */
    List<OwnOrder> takersOf(Side makerSide, long price, OrderKey key) {
        List<OwnOrder> takers = new ArrayList<>();
        for (OwnOrder order : open(makerSide.opposite())) {
            boolean meets = makerSide == Side.SELL ? order.order.price() >= price : order.order.price() <= price;
            if (!meets) {
                break;
            }
            if (order.order.key().compareTo(key) > 0) {
                takers.add(order);
            }
        }
        return takers;
    }
}
