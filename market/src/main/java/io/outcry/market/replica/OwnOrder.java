package io.outcry.market.replica;

import io.outcry.market.Cause;
import io.outcry.market.CloseReason;
import io.outcry.market.Order;
import io.outcry.market.OrderId;
import io.outcry.market.OrderStatus;
import io.outcry.market.SignedItem;
import io.outcry.market.Step;
import io.outcry.market.TradeId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An own order as the journal has it, durable or about to be: the newest step, and the proposals without an
 * answer. {@link #next} is the only rule by which own steps are made, {@link #apply} the only way they are taken in,
 * whether just made or read back from the journal.
 */
final class OwnOrder {

    /** What an order must not be paired with, and until when. */
    static final class Exclusion {
        boolean forEver;
        long untilV;
        long retryAtNs = Long.MIN_VALUE;
        int retries;
    }

    final Order order;
    final SignedItem first;
    /** By n. */
    final TreeMap<Long, Hold> holds = new TreeMap<>();

    final Map<OrderId, Exclusion> exclusions = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<OrderId, Exclusion> eldest) {
            return size() > ReplicaLimits.EXCLUSIONS_MAX;
        }
    };
    /** The state in the {@link Store}, once the order is durable. */
    @Nullable
    OrderState shown;

    SignedItem latest;
    long nextTrade = 1;

    OwnOrder(SignedItem first) {
        this.first = first;
        latest = first;
        order = ((Cause.New) first.step().cause()).order();
    }

    OrderId id() {
        return order.id();
    }

    Step step() {
        return latest.step();
    }

    long leaves() {
        return order.quantity() - step().used();
    }

    boolean isOpen() {
        return step().status() == OrderStatus.OPEN;
    }

    boolean isClosed() {
        return step().status() == OrderStatus.CLOSED;
    }

    /** Whether others may trade with what is left of it. */
    boolean mayMake(long steadyMs) {
        return isOpen() && order.tif().rests() && order.expiryMs() > steadyMs && leaves() > 0;
    }

    /** How much is out in proposals, disputed ones included. */
    long heldOrDisputed() {
        return step().held() + step().disputed();
    }

    // ---- making steps ------------------------------------------------------------------------------------------

    /** The step after the newest one: what a cause does to F, H, C and D. */
    Step next(Cause cause, long hlc) {
        Step now = step();
        boolean closing = now.status() == OrderStatus.CLOSING;
        long filled = now.filled();
        long held = now.held();
        long cancelled = now.cancelled();
        long disputed = now.disputed();
        if (cause instanceof Cause.Hold it) {
            held += it.quantity();
        } else if (cause instanceof Cause.Fill it) {
            filled += it.quantity();
        } else if (cause instanceof Cause.Local it) {
            filled += it.quantity();
        } else if (cause instanceof Cause.Settle it) {
            Hold hold = hold(it.trade());
            long back = hold.terms.quantity() - it.quantity();
            filled += it.quantity();
            held -= hold.forced ? 0 : hold.terms.quantity();
            disputed -= hold.forced ? hold.terms.quantity() : 0;
            cancelled += hold.forced || closing ? back : 0;
        } else if (cause instanceof Cause.Release it) {
            Hold hold = hold(it.trade());
            held -= hold.forced ? 0 : hold.terms.quantity();
            disputed -= hold.forced ? hold.terms.quantity() : 0;
            cancelled += hold.forced || closing ? hold.terms.quantity() : 0;
        } else if (cause instanceof Cause.Force it) {
            Hold hold = hold(it.trade());
            held -= hold.terms.quantity();
            disputed += hold.terms.quantity();
        }
        return finish(cause, hlc, filled, held, cancelled, disputed, closing ? now.reason() : CloseReason.NONE);
    }

    /** The step that takes back what is left, and with it the order. */
    Step cutAll(CloseReason reason, Cause cause, long hlc) {
        Step now = step();
        return finish(cause, hlc, now.filled(), now.held(), now.cancelled() + leaves(), now.disputed(), reason);
    }

    /** The step that takes some of it back and leaves the order open. */
    Step cut(CloseReason reason, long quantity, long hlc) {
        Step now = step();
        return finish(
                new Cause.Cut(reason),
                hlc,
                now.filled(),
                now.held(),
                now.cancelled() + quantity,
                now.disputed(),
                CloseReason.NONE);
    }

    private Step finish(
            Cause cause, long hlc, long filled, long held, long cancelled, long disputed, CloseReason closing) {
        OrderStatus status = OrderStatus.OPEN;
        CloseReason reason = CloseReason.NONE;
        if (filled + cancelled == order.quantity()) {
            status = OrderStatus.CLOSED;
            reason = closeReason(cause, closing, filled);
        } else if (closing != CloseReason.NONE) {
            status = OrderStatus.CLOSING;
            reason = closing;
        }
        return new Step(id(), step().v() + 1, filled, held, cancelled, disputed, status, reason, hlc, cause);
    }

    private CloseReason closeReason(Cause cause, CloseReason closing, long filled) {
        if (filled == order.quantity()) {
            return CloseReason.FILLED;
        } else if (closing != CloseReason.NONE) {
            return closing;
        } else if (cause instanceof Cause.Cut cut) {
            return cut.reason();
        }
        if (cause instanceof Cause.Release) {
            return CloseReason.FORCED;
        }
        return order.tif().rests() ? CloseReason.FILLED : CloseReason.IOC;
    }

    // ---- taking them in ----------------------------------------------------------------------------------------

    /** Takes in an own step, made now or read from the journal. */
    void apply(SignedItem item) {
        latest = item;
        Cause cause = item.step().cause();
        if (cause instanceof Cause.Hold it) {
            holds.put(it.trade().n(), new Hold(this, item));
            nextTrade = Math.max(nextTrade, it.trade().n() + 1);
        } else if (cause instanceof Cause.Settle it) {
            holds.remove(it.trade().n());
        } else if (cause instanceof Cause.Release it) {
            holds.remove(it.trade().n());
        } else if (cause instanceof Cause.Force it) {
            hold(it.trade()).forced = true;
        } else if (cause instanceof Cause.Local it && it.trade().taker().equals(id())) {
            nextTrade = Math.max(nextTrade, it.trade().n() + 1);
        }
    }

    /** Takes in a proposal without an answer from a checkpoint. */
    void restore(SignedItem item, boolean forced) {
        Hold hold = new Hold(this, item);
        hold.forced = forced;
        holds.put(hold.trade().n(), hold);
    }

    private Hold hold(TradeId trade) {
        Hold hold = holds.get(trade.n());
        if (hold == null) {
            throw new IllegalStateException("no proposal of this order is called " + trade);
        }
        return hold;
    }

    // ---- pairs not to try --------------------------------------------------------------------------------------

    Exclusion exclusion(OrderId maker) {
        return exclusions.computeIfAbsent(maker, key -> new Exclusion());
    }
}
