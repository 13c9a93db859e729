package io.outcry.sim;

import io.outcry.market.OrderId;
import io.outcry.market.TimeInForce;
import io.outcry.market.replica.Answer;
import io.outcry.market.replica.OrderRequest;
import io.outcry.orderbook.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Users who trade: orders around one price, so that half of them cross, of all kinds, and cancels and reductions of some.
 *
 * <p><b>Threading</b>: the world's thread.
 */
final class MarketTraffic {

    private static final long MID_TICKS = 10_000;
    private static final int SPREAD_TICKS = 6;
    private static final int QUANTITY_MAX = 20;

    /** One act in so many is a cancel, and one a reduction. */
    private static final int CANCEL_ONE_IN = 8;

    private final MarketWorld market;
    private final RandomGenerator random;
    private final List<OrderId> entered = new ArrayList<>();
    private int left = Integer.MAX_VALUE;
    private long orders;
    private long refused;

    MarketTraffic(MarketWorld market) {
        this.market = market;
        this.random = market.world().newRandom();
    }

    /** Lets users act so many times, spread at random over a duration. */
    void spread(int acts, long durationNs) {
        for (int i = 0; i < acts; i++) {
            market.world().after(random.nextLong(durationNs), this::act);
        }
    }

    /** Lets only the first so many acts happen, so that a failing schedule can be cut short. */
    void limit(int acts) {
        left = acts;
    }

    /** One act of one user, of a peer that lives. */
    void act() {
        if (left-- <= 0) {
            return;
        }
        List<MarketPeer> peers = market.peers();
        MarketPeer peer = peers.get(random.nextInt(peers.size()));
        if (!peer.isAlive()) {
            return;
        }
        int kind = random.nextInt(CANCEL_ONE_IN);
        if (kind <= 1 && !entered.isEmpty()) {
            OrderId id = entered.get(random.nextInt(entered.size()));
            MarketPeer owner = market.peer(id.owner());
            if (owner != null && owner.isAlive()) {
                if (kind == 0) {
                    owner.cancel(id);
                } else {
                    owner.reduce(id, 1 + random.nextInt(QUANTITY_MAX / 2));
                }
            }
            return;
        }
        enter(peer, anyOrder());
    }

    /** Enters an order for a peer that lives. */
    Answer enter(MarketPeer peer, OrderRequest request) {
        Answer answer = peer.submit(request);
        if (answer == null) {
            throw new IllegalStateException("peer " + peer.place() + " is dead");
        }
        OrderId id = answer.order();
        if (answer.isDone() && id != null) {
            orders++;
            entered.add(id);
        } else {
            refused++;
        }
        return answer;
    }

    private OrderRequest anyOrder() {
        Side side = random.nextBoolean() ? Side.BUY : Side.SELL;
        long price = MID_TICKS + random.nextInt(2 * SPREAD_TICKS + 1) - SPREAD_TICKS;
        long quantity = 1L + random.nextInt(QUANTITY_MAX);
        OrderRequest limit = OrderRequest.limit(side, price, quantity).of(random.nextInt(4) == 0 ? "other" : "");
        return switch (random.nextInt(10)) {
            case 0 -> limit.with(TimeInForce.IOC);
            case 1 -> limit.with(TimeInForce.FOK);
            case 2 -> limit.postingOnly();
            default -> limit;
        };
    }

    long orders() {
        return orders;
    }

    long refused() {
        return refused;
    }
}
