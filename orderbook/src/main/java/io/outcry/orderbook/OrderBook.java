package io.outcry.orderbook;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The matching engine of one instrument: commands in, {@link BookSink} events out; price-time priority, and every trade
 * at the maker's price.
 *
 * <p>It has no clock, no chance and no thread: the same commands give the same events. A command is checked as a whole
 * before anything changes, so a refused one leaves no trace; the book is never crossed between commands; an order's id
 * is free again once the order is gone.
 *
 * <p><b>Threading</b>: confined to one thread at a time. {@link BookMailbox} serves many submitters, {@link QuoteBoard}
 * many readers.
 *
 * <p><b>Units</b>: prices in ticks and quantities in lots, both 1 or more, their product below 2^63. An owner is any
 * int; 0 is anonymous.
 *
 * <p><b>Errors</b>: a command that cannot be done is reported to {@link BookSink#onRejected} and returns false; a command
 * from within the sink is an {@link IllegalStateException}.
 *
 * <p><b>Cost</b>: no allocation once its arrays have grown to the book's size; a sweep is a loop, whatever its depth.
 */
public final class OrderBook {

    private static final int NONE = Ladder.NONE;
    private static final int CAPACITY_FIRST = 1024;

    private final Ladder ladder;
    private final OrderIndex index = new OrderIndex();
    private final SelfTradePolicy selfTradePolicy;
    private final BookSink sink;

    // One entry a slot of the ladder.
    private int[] ownerOf = new int[CAPACITY_FIRST];
    private boolean[] isPostOnly = new boolean[CAPACITY_FIRST];

    private long sequence;
    private boolean busy;

    // What the last command came to, for the mailbox.
    private @Nullable RejectReason rejected;
    private long filled;
    private long resting;

    /** A book with {@link BookOptions#DEFAULT}. */
    public OrderBook(BookSink sink) {
        this(BookOptions.DEFAULT, sink);
    }

    /** A book. */
    public OrderBook(BookOptions options, BookSink sink) {
        this.ladder = new Ladder(options.ordersMax(), options.windowTicks(), PriorityTie.ARRIVAL);
        this.selfTradePolicy = options.selfTradePolicy();
        this.sink = sink;
    }

    // ---- commands ----------------------------------------------------------------------------------------------

    /** Enters an anonymous order that trades what it can and rests with what is left; false if refused. */
    public boolean limit(long orderId, Side side, long price, long quantity) {
        return enter(orderId, side, price, quantity, TimeInForce.GOOD_TILL_CANCEL, 0);
    }

    /** Enters an anonymous order that trades what it can, and is cancelled for the rest; false if refused. */
    public boolean immediateOrCancel(long orderId, Side side, long price, long quantity) {
        return enter(orderId, side, price, quantity, TimeInForce.IMMEDIATE_OR_CANCEL, 0);
    }

    /** Enters an anonymous order that trades its whole quantity at once, or is cancelled; false if refused. */
    public boolean fillOrKill(long orderId, Side side, long price, long quantity) {
        return enter(orderId, side, price, quantity, TimeInForce.FILL_OR_KILL, 0);
    }

    /** Enters an anonymous order that rests, or is refused if it would take. */
    public boolean postOnly(long orderId, Side side, long price, long quantity) {
        return enter(orderId, side, price, quantity, TimeInForce.POST_ONLY, 0);
    }

    /**
     * Enters an order.
     *
     * @param orderId any long that no live order bears; best given out in sequence
     * @param owner whose it is: only they may cancel it, and {@link SelfTradePolicy} looks at it
     * @return whether it was accepted, which an order cancelled for want of liquidity is
     */
    public boolean enter(long orderId, Side side, long price, long quantity, TimeInForce timeInForce, int owner) {
        begin();
        try {
            RejectReason reason = refusal(orderId, side, price, quantity, timeInForce);
            if (reason != null) {
                return reject(orderId, BookCommand.ENTER, reason);
            }
            sink.onAccepted(sequence, orderId, side, price, quantity);
            if (timeInForce == TimeInForce.FILL_OR_KILL && !isFillable(side, price, quantity, owner)) {
                sink.onCancelled(sequence, orderId, side, price, quantity, CancelReason.NOT_FILLABLE);
                return true;
            }
            long left = match(orderId, side, price, quantity, owner);
            if (left > 0) {
                if (timeInForce == TimeInForce.IMMEDIATE_OR_CANCEL) {
                    sink.onCancelled(sequence, orderId, side, price, left, CancelReason.NOT_IMMEDIATE);
                } else {
                    rest(orderId, side, price, left, owner, timeInForce == TimeInForce.POST_ONLY);
                }
            }
            return true;
        } finally {
            busy = false;
        }
    }

    /** Cancels what is left of an anonymous order; false if refused. */
    public boolean cancel(long orderId) {
        return cancel(orderId, 0);
    }

    /** Cancels what is left of an order; false if refused. */
    public boolean cancel(long orderId, int owner) {
        begin();
        try {
            int slot = slotOf(orderId);
            RejectReason reason = ownership(slot, owner);
            if (reason != null) {
                return reject(orderId, BookCommand.CANCEL, reason);
            }
            cancelSlot(slot, CancelReason.REQUESTED);
            return true;
        } finally {
            busy = false;
        }
    }

    /** Takes {@code by} off an anonymous order; false if refused. */
    public boolean reduce(long orderId, long by) {
        return reduce(orderId, by, 0);
    }

    /** Takes {@code by} off an order, which keeps its place; by as much as is left or more, it is cancelled. */
    public boolean reduce(long orderId, long by, int owner) {
        begin();
        try {
            int slot = slotOf(orderId);
            RejectReason reason = by < 1 ? RejectReason.QUANTITY_NOT_POSITIVE : ownership(slot, owner);
            if (reason != null) {
                return reject(orderId, BookCommand.REDUCE, reason);
            }
            long left = ladder.available(slot) - by;
            if (left <= 0) {
                cancelSlot(slot, CancelReason.REDUCED_AWAY);
            } else {
                ladder.setAvailable(slot, left);
                resting = left;
                sink.onReduced(sequence, orderId, ladder.side(slot), ladder.price(slot), by, left);
            }
            return true;
        } finally {
            busy = false;
        }
    }

    /** Gives an anonymous order another price and quantity; false if refused. */
    public boolean modify(long orderId, long price, long quantity) {
        return modify(orderId, price, quantity, 0);
    }

    /**
     * Gives an order another price and a new open quantity: it is taken out and entered again, behind all others at its
     * price, and trades if it now crosses. A post-only order stays one: a modification that would take is refused. What
     * is refused leaves the order as it was, in its place.
     */
    public boolean modify(long orderId, long price, long quantity, int owner) {
        begin();
        try {
            int slot = slotOf(orderId);
            RejectReason reason = malformed(price, quantity);
            reason = reason != null ? reason : ownership(slot, owner);
            if (reason == null && isPostOnly[slot] && crosses(ladder.side(slot), price)) {
                reason = RejectReason.WOULD_TAKE;
            }
            if (reason != null) {
                return reject(orderId, BookCommand.MODIFY, reason);
            }
            Side side = ladder.side(slot);
            boolean stays = isPostOnly[slot];
            forget(slot);
            sink.onModified(sequence, orderId, side, price, quantity);
            long left = match(orderId, side, price, quantity, owner);
            if (left > 0) {
                rest(orderId, side, price, left, owner, stays);
            }
            return true;
        } finally {
            busy = false;
        }
    }

    /** Cancels every order of an owner, bids first, each side in the order it would have traded; returns how many. */
    public int cancelAll(int owner) {
        begin();
        try {
            return cancelAll(Side.BUY, owner) + cancelAll(Side.SELL, owner);
        } finally {
            busy = false;
        }
    }

    /** Empties the book without an event, ids and sequence too, and keeps its memory: a replay begins anew. */
    public void clear() {
        begin();
        ladder.clear();
        index.clear();
        sequence = 0;
        busy = false;
    }

    // ---- reading -----------------------------------------------------------------------------------------------

    /** The number of commands so far, refused ones included: the sequence of the last one's events. */
    public long sequence() {
        return sequence;
    }

    /** How many orders rest. */
    public int size() {
        return ladder.size();
    }

    /** Whether an order with this id rests. */
    public boolean isLive(long orderId) {
        return slotOf(orderId) != NONE;
    }

    /** What is left of a resting order, 0 if there is none. */
    public long quantity(long orderId) {
        int slot = slotOf(orderId);
        return slot == NONE ? 0 : ladder.available(slot);
    }

    /** Whether nothing rests on a side. */
    public boolean isEmpty(Side side) {
        return ladder.isEmpty(side);
    }

    /** The best price of a side, which must not be empty. */
    public long bestPrice(Side side) {
        return ladder.bestPrice(side);
    }

    /** What rests at a price, {@link Long#MAX_VALUE} at most. */
    public long levelQuantity(Side side, long price) {
        return ladder.levelQuantity(side, price);
    }

    /** How many orders rest at a price. */
    public int levelOrders(Side side, long price) {
        return ladder.levelOrders(side, price);
    }

    /** How many prices of a side have orders. */
    public int levels(Side side) {
        return ladder.levels(side);
    }

    /** Shows the levels of a side, best first, {@code levelsMax} at most; returns how many there were. */
    public int forEachLevel(Side side, int levelsMax, LevelVisitor visitor) {
        return ladder.forEachLevel(side, levelsMax, visitor);
    }

    /**
     * Shows the resting orders of a side in the order in which they would trade. Entered into an empty book in this
     * order, first one side and then the other, they make an equal book.
     */
    public void forEachOrder(Side side, RestingOrderVisitor visitor) {
        for (int slot = ladder.best(side); slot != NONE; slot = ladder.next(slot)) {
            visitor.onOrder(
                    ladder.ref(slot),
                    side,
                    ladder.price(slot),
                    ladder.available(slot),
                    ownerOf[slot],
                    isPostOnly[slot]);
        }
    }

    /** A number that is equal for equal books: every order, its terms and its place. O(n); not cryptographic. */
    public long stateHash() {
        return new BookDigest().of(this);
    }

    // ---- inside ------------------------------------------------------------------------------------------------

    Ladder ladder() {
        return ladder;
    }

    @Nullable
    RejectReason lastRejected() {
        return rejected;
    }

    long lastFilled() {
        return filled;
    }

    long lastResting() {
        return resting;
    }

    private void begin() {
        if (busy) {
            throw new IllegalStateException("a sink must not call the book, nor two threads at a time");
        }
        busy = true;
        sequence++;
        rejected = null;
        filled = 0;
        resting = 0;
    }

    private boolean reject(long orderId, BookCommand command, RejectReason reason) {
        rejected = reason;
        sink.onRejected(sequence, orderId, command, reason);
        return false;
    }

    private @Nullable RejectReason refusal(
            long orderId, Side side, long price, long quantity, TimeInForce timeInForce) {
        RejectReason reason = malformed(price, quantity);
        if (reason != null) {
            return reason;
        }
        if (slotOf(orderId) != NONE) {
            return RejectReason.DUPLICATE_ID;
        }
        if (timeInForce == TimeInForce.POST_ONLY && crosses(side, price)) {
            return RejectReason.WOULD_TAKE;
        }
        if (ladder.isFull() && mayRest(timeInForce) && !crosses(side, price)) {
            return RejectReason.BOOK_FULL;
        }
        return null;
    }

    /** An order that takes and still rests has emptied at least one slot, so only the others need a free one. */
    private static boolean mayRest(TimeInForce timeInForce) {
        return timeInForce == TimeInForce.GOOD_TILL_CANCEL || timeInForce == TimeInForce.POST_ONLY;
    }

    private static @Nullable RejectReason malformed(long price, long quantity) {
        if (price < 1) {
            return RejectReason.PRICE_NOT_POSITIVE;
        }
        if (quantity < 1) {
            return RejectReason.QUANTITY_NOT_POSITIVE;
        }
        if ((Math.multiplyHigh(price, quantity) | (price * quantity) >>> 63) != 0) {
            return RejectReason.NOTIONAL_OVERFLOW;
        }
        return null;
    }

    private @Nullable RejectReason ownership(int slot, int owner) {
        if (slot == NONE) {
            return RejectReason.UNKNOWN_ID;
        }
        return ownerOf[slot] == owner ? null : RejectReason.NOT_OWNER;
    }

    private int slotOf(long orderId) {
        return index.find(orderId, ladder.refs());
    }

    private boolean crosses(Side side, long price) {
        Side makers = side.opposite();
        return !ladder.isEmpty(makers) && reaches(side, price, ladder.bestPrice(makers));
    }

    private static boolean reaches(Side side, long limit, long makerPrice) {
        return side == Side.BUY ? makerPrice <= limit : makerPrice >= limit;
    }

    /** Trades an order against the other side as far as its limit goes; returns what is left to rest or to cancel. */
    private long match(long orderId, Side side, long limit, long quantity, int owner) {
        Side makers = side.opposite();
        long left = quantity;
        while (left > 0) {
            int slot = ladder.best(makers);
            if (slot == NONE) {
                break;
            }
            long price = ladder.price(slot);
            if (!reaches(side, limit, price)) {
                break;
            }
            if (isOwn(slot, owner)) {
                left = meetOwn(orderId, side, limit, left, slot);
                continue;
            }
            long available = ladder.available(slot);
            long makerId = ladder.ref(slot);
            long traded = Math.min(left, available);
            left -= traded;
            filled += traded;
            if (traded == available) {
                forget(slot);
            } else {
                ladder.setAvailable(slot, available - traded);
            }
            sink.onTrade(sequence, price, traded, makerId, available - traded, orderId, side, left);
        }
        return left;
    }

    private boolean isOwn(int slot, int owner) {
        return owner != 0 && selfTradePolicy != SelfTradePolicy.ALLOW && ownerOf[slot] == owner;
    }

    /** The incoming order met one of its own owner; returns what is left of it. */
    private long meetOwn(long orderId, Side side, long limit, long left, int slot) {
        long available = ladder.available(slot);
        switch (selfTradePolicy) {
            case CANCEL_MAKER -> {
                cancelSlot(slot, CancelReason.SELF_TRADE);
                return left;
            }
            case CANCEL_BOTH -> cancelSlot(slot, CancelReason.SELF_TRADE);
            case DECREMENT -> {
                if (left < available) {
                    ladder.setAvailable(slot, available - left);
                    sink.onReduced(
                            sequence, ladder.ref(slot), ladder.side(slot), ladder.price(slot), left, available - left);
                } else {
                    cancelSlot(slot, CancelReason.SELF_TRADE);
                    if (left > available) {
                        return left - available;
                    }
                }
            }
            case CANCEL_TAKER, ALLOW -> {}
        }
        sink.onCancelled(sequence, orderId, side, limit, left, CancelReason.SELF_TRADE);
        return 0;
    }

    /** Whether an order would be filled whole, decided before anything trades. */
    private boolean isFillable(Side side, long limit, long quantity, int owner) {
        if (owner != 0 && selfTradePolicy != SelfTradePolicy.ALLOW) {
            return isFillableByOthers(side, limit, quantity, owner);
        }
        LadderSide makers = ladder.side(side.opposite());
        long left = quantity;
        for (int level = makers.best; level != NONE && left > 0; level = makers.worse[level]) {
            if (!reaches(side, limit, makers.price(level))) {
                break;
            }
            left -= Math.min(left, makers.quantity(level));
        }
        return left == 0;
    }

    private boolean isFillableByOthers(Side side, long limit, long quantity, int owner) {
        long left = quantity;
        int slot = ladder.best(side.opposite());
        while (slot != NONE && left > 0 && reaches(side, limit, ladder.price(slot))) {
            if (ownerOf[slot] != owner) {
                left -= Math.min(left, ladder.available(slot));
            } else if (selfTradePolicy != SelfTradePolicy.CANCEL_MAKER) {
                return false;
            }
            slot = ladder.next(slot);
        }
        return left == 0;
    }

    private void rest(long orderId, Side side, long price, long quantity, int owner, boolean postOnly) {
        int slot = ladder.append(side, price, quantity, orderId);
        if (slot >= ownerOf.length) {
            ownerOf = Arrays.copyOf(ownerOf, 2 * ownerOf.length);
            isPostOnly = Arrays.copyOf(isPostOnly, ownerOf.length);
        }
        ownerOf[slot] = owner;
        isPostOnly[slot] = postOnly;
        index.add(slot, ladder.refs());
        resting = quantity;
    }

    private void forget(int slot) {
        index.remove(slot, ladder.refs());
        ladder.remove(slot);
    }

    private void cancelSlot(int slot, CancelReason reason) {
        long orderId = ladder.ref(slot);
        Side side = ladder.side(slot);
        long price = ladder.price(slot);
        long quantity = ladder.available(slot);
        forget(slot);
        sink.onCancelled(sequence, orderId, side, price, quantity, reason);
    }

    private int cancelAll(Side side, int owner) {
        int cancelled = 0;
        int slot = ladder.best(side);
        while (slot != NONE) {
            int after = ladder.next(slot);
            if (ownerOf[slot] == owner) {
                cancelSlot(slot, CancelReason.REQUESTED);
                cancelled++;
            }
            slot = after;
        }
        return cancelled;
    }

    /** Checks the ladder, the index of ids, and that the book is not crossed. For tests; O(n). */
    void validate() {
        ladder.validate();
        LadderCheck.that(index.size() == ladder.size(), "%d ids in the index", index.size());
        for (Side side : Side.values()) {
            for (int slot = ladder.best(side); slot != NONE; slot = ladder.next(slot)) {
                LadderCheck.that(slotOf(ladder.ref(slot)) == slot, "slot %d: its id leads elsewhere", slot);
            }
        }
        boolean crossed = !isEmpty(Side.BUY) && !isEmpty(Side.SELL) && bestPrice(Side.BUY) >= bestPrice(Side.SELL);
        LadderCheck.that(!crossed, "crossed at sequence %d", (int) sequence);
    }
}
