package io.outcry.market.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.market.TimeInForce;
import io.outcry.orderbook.Side;
import org.junit.jupiter.api.Test;

/**
 * The power goes at every single touch of disk or network, on either side of a trade, before and after it: whatever
 * survives, both sides agree in the end and nothing is filled twice.
 */
class CrashPointTest {

    /** More touches than the scenario has; those past its end change nothing. */
    private static final int TOUCHES = 60;

    @Test
    void makerOrTakerMayDieAtAnyTouchOfATrade() {
        int crashed = 0;
        for (int victim = 0; victim < 2; victim++) {
            for (int touch = 1; touch <= TOUCHES; touch++) {
                crashed += trade(victim, touch, 0) ? 1 : 0;
            }
        }
        assertThat(crashed).as("the crashes did happen").isGreaterThan(40);
    }

    @Test
    void bothMayDieAndProposalsBeRepeatedMeanwhile() {
        for (int touch = 1; touch <= TOUCHES; touch += 2) {
            trade(0, touch, touch / 2 + 1);
            trade(1, touch, touch / 2 + 1);
        }
    }

    @Test
    void dyingAgainWhileComingBackLosesNothing() {
        for (int touch = 5; touch <= 30; touch += 5) {
            for (int again = 1; again <= 12; again++) {
                VirtualWorld world = new VirtualWorld(touch * 100L + again, 2);
                world.downMsMax = 500;
                world.startAll();
                world.runMs(3_000);
                world.peer(1).crashAtTouch = touch;
                cross(world);
                world.runMs(2_000);
                world.peer(1).crashAtTouch = again;
                world.runMs(4_000);
                world.rest(60_000);
                world.checkAtRest();
            }
        }
    }

    private static boolean trade(int victim, int touch, int otherTouch) {
        try {
            VirtualWorld world = new VirtualWorld(touch * 7L + victim, 3);
            world.downMsMax = 400;
            world.repeat = 0.3;
            world.startAll();
            world.runMs(3_000);
            world.peer(victim).crashAtTouch = touch;
            world.peer(1 - victim).crashAtTouch = otherTouch;
            cross(world);
            world.runMs(3_000);
            world.rest(60_000);
            world.checkAtRest();
            return world.peer(victim).crashes > 0;
        } catch (AssertionError e) {
            throw new AssertionError("peer " + victim + " dies at touch " + touch + ", the other at " + otherTouch, e);
        }
    }

    /** Rests, crosses twice, cancels, and takes at once. */
    private static void cross(VirtualWorld world) {
        VirtualPeer maker = world.peer(0);
        VirtualPeer taker = world.peer(1);
        maker.submit(OrderRequest.limit(Side.SELL, 100, 10));
        world.runMs(300);
        taker.submit(OrderRequest.limit(Side.BUY, 101, 6));
        world.runMs(60);
        taker.submit(OrderRequest.limit(Side.BUY, 100, 8).with(TimeInForce.IOC));
        world.runMs(20);
        maker.cancelAll();
        world.runMs(500);
        taker.submit(OrderRequest.limit(Side.SELL, 99, 5));
        maker.submit(OrderRequest.limit(Side.BUY, 100, 5));
        world.runMs(500);
    }
}
