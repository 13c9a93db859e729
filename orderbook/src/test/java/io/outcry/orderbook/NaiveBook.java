package io.outcry.orderbook;

import static java.math.BigInteger.ZERO;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The rules of the book written down as plainly as can be: one list of orders, searched from end to end for everything.
 * It shares no code with the engine and is its oracle.
 */
final class NaiveBook {

    private static final BigInteger NOTIONAL_MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private static final class Order {
        final long id;
        final Side side;
        final long price;
        final int owner;
        final boolean postOnly;
        final long arrival;
        long left;

        Order(long id, Side side, long price, long left, int owner, boolean postOnly, long arrival) {
            this.id = id;
            this.side = side;
            this.price = price;
            this.left = left;
            this.owner = owner;
            this.postOnly = postOnly;
            this.arrival = arrival;
        }
    }

    private final List<Order> orders = new ArrayList<>();
    private final SelfTradePolicy policy;
    private final int ordersMax;
    private final BookSink sink;
    private long sequence;
    private long arrivals;

    NaiveBook(BookOptions options, BookSink sink) {
        this.policy = options.selfTradePolicy();
        this.ordersMax = options.ordersMax();
        this.sink = sink;
    }

    boolean enter(long id, Side side, long price, long quantity, TimeInForce time, int owner) {
        sequence++;
        RejectReason reason = malformed(price, quantity);
        boolean takes = best(side.opposite(), price) != null;
        if (reason == null && find(id) != null) {
            reason = RejectReason.DUPLICATE_ID;
        }
        if (reason == null && time == TimeInForce.POST_ONLY && takes) {
            reason = RejectReason.WOULD_TAKE;
        }
        boolean mayRest = time == TimeInForce.GOOD_TILL_CANCEL || time == TimeInForce.POST_ONLY;
        if (reason == null && orders.size() == ordersMax && mayRest && !takes) {
            reason = RejectReason.BOOK_FULL;
        }
        if (reason != null) {
            sink.onRejected(sequence, id, BookCommand.ENTER, reason);
            return false;
        }
        sink.onAccepted(sequence, id, side, price, quantity);
        if (time == TimeInForce.FILL_OR_KILL && !couldFill(side, price, quantity, owner)) {
            sink.onCancelled(sequence, id, side, price, quantity, CancelReason.NOT_FILLABLE);
            return true;
        }
        long left = trade(id, side, price, quantity, owner);
        if (left > 0 && time == TimeInForce.IMMEDIATE_OR_CANCEL) {
            sink.onCancelled(sequence, id, side, price, left, CancelReason.NOT_IMMEDIATE);
        } else if (left > 0) {
            orders.add(new Order(id, side, price, left, owner, time == TimeInForce.POST_ONLY, ++arrivals));
        }
        return true;
    }

    boolean cancel(long id, int owner) {
        sequence++;
        Order order = find(id);
        RejectReason reason = notAllowed(order, owner);
        if (order == null || reason != null) {
            sink.onRejected(
                    sequence, id, BookCommand.CANCEL, Objects.requireNonNullElse(reason, RejectReason.UNKNOWN_ID));
            return false;
        }
        drop(order, CancelReason.REQUESTED);
        return true;
    }

    boolean reduce(long id, long by, int owner) {
        sequence++;
        Order order = find(id);
        RejectReason reason = by < 1 ? RejectReason.QUANTITY_NOT_POSITIVE : notAllowed(order, owner);
        if (order == null || reason != null) {
            sink.onRejected(
                    sequence, id, BookCommand.REDUCE, Objects.requireNonNullElse(reason, RejectReason.UNKNOWN_ID));
            return false;
        }
        if (by >= order.left) {
            drop(order, CancelReason.REDUCED_AWAY);
        } else {
            order.left -= by;
            sink.onReduced(sequence, id, order.side, order.price, by, order.left);
        }
        return true;
    }

    boolean modify(long id, long price, long quantity, int owner) {
        sequence++;
        Order order = find(id);
        RejectReason reason = malformed(price, quantity);
        if (reason == null) {
            reason = notAllowed(order, owner);
        }
        if (reason == null && order != null && order.postOnly && best(order.side.opposite(), price) != null) {
            reason = RejectReason.WOULD_TAKE;
        }
        if (order == null || reason != null) {
            sink.onRejected(
                    sequence, id, BookCommand.MODIFY, Objects.requireNonNullElse(reason, RejectReason.UNKNOWN_ID));
            return false;
        }
        orders.remove(order);
        sink.onModified(sequence, id, order.side, price, quantity);
        long left = trade(id, order.side, price, quantity, owner);
        if (left > 0) {
            orders.add(new Order(id, order.side, price, left, owner, order.postOnly, ++arrivals));
        }
        return true;
    }

    void cancelAll(int owner) {
        sequence++;
        for (Side side : Side.values()) {
            for (Order order : sorted(side)) {
                if (order.owner == owner) {
                    drop(order, CancelReason.REQUESTED);
                }
            }
        }
    }

    void clear() {
        orders.clear();
        sequence = 0;
    }

    /** The best levels of a side, each as rank, price, quantity, orders. */
    List<List<Long>> levels(Side side, int depth) {
        Map<Long, List<Order>> byPrice =
                sorted(side).stream().collect(groupingBy(order -> order.price, LinkedHashMap::new, toList()));
        List<List<Long>> levels = new ArrayList<>();
        byPrice.forEach((price, at) -> {
            BigInteger sum =
                    at.stream().map(order -> BigInteger.valueOf(order.left)).reduce(ZERO, BigInteger::add);
            levels.add(
                    List.of((long) levels.size(), price, sum.min(NOTIONAL_MAX).longValue(), (long) at.size()));
        });
        return levels.subList(0, Math.min(depth, levels.size()));
    }

    long stateHash() {
        BookDigest digest = new BookDigest();
        for (Side side : Side.values()) {
            for (Order order : sorted(side)) {
                digest.onOrder(order.id, order.side, order.price, order.left, order.owner, order.postOnly);
            }
        }
        return digest.value();
    }

    List<Long> ids() {
        return orders.stream().map(order -> order.id).toList();
    }

    private long trade(long id, Side side, long limit, long quantity, int owner) {
        long left = quantity;
        while (left > 0) {
            Order maker = best(side.opposite(), limit);
            if (maker == null) {
                return left;
            }
            if (owner != 0 && maker.owner == owner && policy != SelfTradePolicy.ALLOW) {
                boolean dropsMaker = policy == SelfTradePolicy.CANCEL_MAKER
                        || policy == SelfTradePolicy.CANCEL_BOTH
                        || (policy == SelfTradePolicy.DECREMENT && maker.left <= left);
                long makerLeft = maker.left;
                if (dropsMaker) {
                    drop(maker, CancelReason.SELF_TRADE);
                } else if (policy == SelfTradePolicy.DECREMENT) {
                    maker.left -= left;
                    sink.onReduced(sequence, maker.id, maker.side, maker.price, left, maker.left);
                }
                if (policy == SelfTradePolicy.CANCEL_MAKER) {
                    continue;
                }
                if (policy == SelfTradePolicy.DECREMENT && left > makerLeft) {
                    left -= makerLeft;
                    continue;
                }
                sink.onCancelled(sequence, id, side, limit, left, CancelReason.SELF_TRADE);
                return 0;
            }
            long traded = Math.min(left, maker.left);
            left -= traded;
            maker.left -= traded;
            if (maker.left == 0) {
                orders.remove(maker);
            }
            sink.onTrade(sequence, maker.price, traded, maker.id, maker.left, id, side, left);
        }
        return 0;
    }

    private boolean couldFill(Side side, long limit, long quantity, int owner) {
        BigInteger sum = ZERO;
        for (Order maker : sorted(side.opposite())) {
            if (!reaches(side, limit, maker.price)) {
                break;
            }
            if (sum.compareTo(BigInteger.valueOf(quantity)) >= 0) {
                break;
            }
            if (owner != 0 && maker.owner == owner && policy != SelfTradePolicy.ALLOW) {
                if (policy != SelfTradePolicy.CANCEL_MAKER) {
                    return false;
                }
            } else {
                sum = sum.add(BigInteger.valueOf(maker.left));
            }
        }
        return sum.compareTo(BigInteger.valueOf(quantity)) >= 0;
    }

    private void drop(Order order, CancelReason reason) {
        orders.remove(order);
        sink.onCancelled(sequence, order.id, order.side, order.price, order.left, reason);
    }

    private static @Nullable RejectReason malformed(long price, long quantity) {
        if (price < 1) {
            return RejectReason.PRICE_NOT_POSITIVE;
        }
        if (quantity < 1) {
            return RejectReason.QUANTITY_NOT_POSITIVE;
        }
        BigInteger notional = BigInteger.valueOf(price).multiply(BigInteger.valueOf(quantity));
        return notional.compareTo(NOTIONAL_MAX) > 0 ? RejectReason.NOTIONAL_OVERFLOW : null;
    }

    private static @Nullable RejectReason notAllowed(@Nullable Order order, int owner) {
        if (order == null) {
            return RejectReason.UNKNOWN_ID;
        }
        return order.owner == owner ? null : RejectReason.NOT_OWNER;
    }

    private @Nullable Order find(long id) {
        return orders.stream().filter(order -> order.id == id).findFirst().orElse(null);
    }

    /** The order of a side that trades first with somebody whose limit is given. */
    private @Nullable Order best(Side makers, long limit) {
        return orders.stream()
                .filter(order -> order.side == makers && reaches(makers.opposite(), limit, order.price))
                .min(priority(makers))
                .orElse(null);
    }

    private List<Order> sorted(Side side) {
        return orders.stream()
                .filter(order -> order.side == side)
                .sorted(priority(side))
                .toList();
    }

    private static Comparator<Order> priority(Side side) {
        Comparator<Order> byPrice = Comparator.comparingLong(order -> order.price);
        return (side == Side.BUY ? byPrice.reversed() : byPrice).thenComparingLong(order -> order.arrival);
    }

    private static boolean reaches(Side taker, long limit, long price) {
        return taker == Side.BUY ? price <= limit : price >= limit;
    }
}
