package io.outcry.market.replica;

import io.outcry.market.Item;
import io.outcry.market.Order;
import io.outcry.market.Step;
import io.outcry.orderbook.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A liar at work: orders and steps that contradict each other told to different peers, proposals made twice and never
 * settled, censuses that take back what they said, old envelopes played again. It sends no heartbeat, so honest owners do
 * not propose to it.
 */
final class Mischief {

    private final VirtualWorld world;
    private final Liar liar;
    private final SplittableRandom random;
    private final List<byte[]> sent = new ArrayList<>();
    private final List<Order> orders = new ArrayList<>();
    private long untilNs;
    private long trades;

    Mischief(VirtualWorld world, long seed) {
        this.world = world;
        this.liar = new Liar(world, 666);
        this.random = new SplittableRandom(seed);
    }

    void begin() {
        untilNs = world.nowNs + 40_000_000_000L;
        world.after(500, this::act);
    }

    private void act() {
        if (world.nowNs > untilNs) {
            return;
        }
        if (orders.size() < 5 || random.nextInt(4) == 0) {
            Order order = liar.order(
                    1 + random.nextInt(30),
                    random.nextBoolean() ? Side.BUY : Side.SELL,
                    95 + random.nextInt(10),
                    1 + random.nextInt(20));
            orders.add(order);
            tell(liar.enter(order));
        }
        Order order = orders.get(random.nextInt(orders.size()));
        switch (random.nextInt(5)) {
            case 0, 1 -> tell(liar.cut(order, 2 + random.nextInt(4), random.nextInt((int) order.quantity() + 1)));
            case 2 -> propose(order);
            case 3 -> tell(liar.census(1 + random.nextInt(20)));
            default -> {
                if (!sent.isEmpty()) {
                    whisper(sent.get(random.nextInt(sent.size())));
                }
            }
        }
        world.after(50 + random.nextInt(400), this::act);
    }

    private void propose(Order taker) {
        List<Order> makers = new ArrayList<>();
        for (Order order : world.observer.orders.values()) {
            if (order.crosses(taker)) {
                makers.add(order);
            }
        }
        if (!makers.isEmpty()) {
            makers.sort((a, b) -> a.id().compareTo(b.id()));
            Order maker = makers.get(random.nextInt(makers.size()));
            long quantity = 1L + random.nextInt((int) taker.quantity());
            Step hold = liar.hold(taker, 2 + random.nextInt(5), maker, quantity, 1 + random.nextLong(++trades));
            tell(liar.enter(taker), hold);
        }
    }

    private void tell(Item... items) {
        byte[] envelope = liar.seal(items);
        sent.add(envelope);
        whisper(envelope);
    }

    private void whisper(byte[] envelope) {
        for (VirtualPeer peer : world.peers) {
            if (random.nextBoolean()) {
                liar.tell(envelope, peer);
            }
        }
    }
}
