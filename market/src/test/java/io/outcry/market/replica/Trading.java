package io.outcry.market.replica;

import io.outcry.market.OrderId;
import io.outcry.market.TimeInForce;
import io.outcry.orderbook.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Users who enter, cancel and reduce at random, around one price. */
final class Trading {

    private final VirtualWorld world;
    private final SplittableRandom random;
    private final List<OrderId> entered = new ArrayList<>();
    int submitted;
    int refused;

    Trading(VirtualWorld world) {
        this.world = world;
        this.random = world.random.split();
    }

    /** Some act of some user each so many milliseconds on average, for so long. */
    void run(long ms, int meanMs) {
        long untilNs = world.nowNs + ms * 1_000_000;
        while (world.nowNs < untilNs) {
            act();
            world.runMs(random.nextInt(2 * meanMs) + 1);
        }
    }

    private void act() {
        VirtualPeer peer = world.peer(random.nextInt(world.peers.size()));
        int dice = random.nextInt(10);
        if (dice < 7 || entered.isEmpty()) {
            submit(peer);
        } else {
            OrderId id = entered.get(random.nextInt(entered.size()));
            VirtualPeer owner = world.find(id.owner());
            if (owner != null) {
                if (dice < 9) {
                    owner.input(it -> it.cancel(id, world.nowNs, owner.epochMs()));
                } else {
                    long by = 1L + random.nextInt(10);
                    owner.input(it -> it.reduce(id, by, world.nowNs, owner.epochMs()));
                }
            }
        }
    }

    private void submit(VirtualPeer peer) {
        OrderRequest request = OrderRequest.limit(
                (random.nextInt(5) == 0) == (peer.number % 2 == 0) ? Side.BUY : Side.SELL,
                95 + random.nextInt(11),
                1 + random.nextInt(20));
        switch (random.nextInt(12)) {
            case 0 -> request = request.with(TimeInForce.IOC);
            case 1 -> request = request.with(TimeInForce.FOK);
            case 2 -> request = request.postingOnly();
            case 3 -> request = request.living(1_000 + random.nextInt(20_000));
            case 4, 5 -> request = request.of("a" + random.nextInt(3));
            default -> {}
        }
        OrderRequest chosen = request;
        submitted++;
        peer.input(it -> {
            Answer answer = it.submit(chosen, world.nowNs, peer.epochMs());
            if (answer.order() != null) {
                entered.add(answer.order());
            } else {
                refused++;
            }
        });
    }
}
