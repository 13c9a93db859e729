package io.outcry.market.replica;

import io.outcry.core.identity.PeerId;
import io.outcry.market.Cause;
import io.outcry.market.Census;
import io.outcry.market.CloseReason;
import io.outcry.market.Envelopes;
import io.outcry.market.Heartbeat;
import io.outcry.market.Hlc;
import io.outcry.market.Item;
import io.outcry.market.ItemHash;
import io.outcry.market.Order;
import io.outcry.market.OrderId;
import io.outcry.market.OrderStatus;
import io.outcry.market.Refuse;
import io.outcry.market.RefuseReason;
import io.outcry.market.SignedItem;
import io.outcry.market.Signer;
import io.outcry.market.Step;
import io.outcry.market.TestKeys;
import io.outcry.market.TimeInForce;
import io.outcry.market.TradeId;
import io.outcry.orderbook.Side;
import java.util.ArrayList;
import java.util.List;

/** An owner that signs whatever a test wants. */
final class Liar {

    final VirtualWorld world;
    final Signer signer;
    final PeerId id;
    ItemHash anchor = ItemHash.of(new byte[32]);
    private int counter;
    /** Proposals it refused. */
    int refused;

    Liar(VirtualWorld world, int number) {
        this.world = world;
        this.signer = TestKeys.signer(number);
        this.id = signer.owner();
    }

    long hlc() {
        return Hlc.of(world.epochMs()) + ++counter;
    }

    Order order(long seq, Side side, long price, long quantity) {
        return order(seq, side, price, quantity, hlc());
    }

    Order order(long seq, Side side, long price, long quantity, long hlc) {
        return new Order(
                new OrderId(id, seq),
                side,
                price,
                quantity,
                TimeInForce.GTT,
                Hlc.ms(hlc) + 3_600_000,
                false,
                "",
                hlc,
                anchor);
    }

    Step enter(Order order) {
        return new Step(
                order.id(), 1, 0, 0, 0, 0, OrderStatus.OPEN, CloseReason.NONE, order.hlc(), new Cause.New(order));
    }

    Step hold(Order order, long v, Order maker, long quantity, long n) {
        long hlc = hlc();
        Cause cause =
                new Cause.Hold(new TradeId(order.id(), n), maker.id(), maker.price(), quantity, 1, Hlc.ms(hlc) + 5_000);
        return new Step(order.id(), v, 0, quantity, 0, 0, OrderStatus.OPEN, CloseReason.NONE, hlc, cause);
    }

    Step cut(Order order, long v, long cancelled) {
        boolean all = cancelled == order.quantity();
        return new Step(
                order.id(),
                v,
                0,
                0,
                cancelled,
                0,
                all ? OrderStatus.CLOSED : OrderStatus.OPEN,
                all ? CloseReason.CANCELLED : CloseReason.NONE,
                hlc(),
                new Cause.Cut(CloseReason.CANCELLED));
    }

    Census census(long nextSeq, long... live) {
        return new Census(id, hlc(), nextSeq, live);
    }

    byte[] seal(Item... items) {
        return seal(hlc(), items);
    }

    byte[] seal(long hlc, Item... items) {
        List<SignedItem> signed = new ArrayList<>();
        for (Item item : items) {
            signed.add(SignedItem.unsigned(VirtualWorld.SPEC.id(), item));
        }
        return Envelopes.seal(VirtualWorld.SPEC.id(), signer, hlc, signed).bytes();
    }

    /** An item with the proof of an envelope of its own. */
    SignedItem signed(Item item) {
        SignedItem signed = SignedItem.unsigned(VirtualWorld.SPEC.id(), item);
        Envelopes.seal(VirtualWorld.SPEC.id(), signer, hlc(), List.of(signed));
        return signed;
    }

    /** From now on it refuses each proposal as soon as it is made. */
    void refuses(RefuseReason reason) {
        world.observer.onHold = hold -> {
            Cause.Hold cause = (Cause.Hold) hold.step().cause();
            VirtualPeer proposer = world.find(hold.step().owner());
            if (cause.maker().owner().equals(id) && proposer != null) {
                refused++;
                byte[] refusal = seal(new Refuse(id, hlc(), cause.trade(), hold.hash(), reason, 1));
                world.after(10, () -> proposer.hear(refusal, id, true));
            }
        };
    }

    /** So that its orders are not late, and it is taken to be there. */
    void beat(VirtualPeer... hearers) {
        Heartbeat heartbeat = new Heartbeat(id, hlc(), 1_000, ItemHash.of(new byte[32]));
        anchor = SignedItem.unsigned(VirtualWorld.SPEC.id(), heartbeat).hash();
        tell(seal(heartbeat), hearers);
    }

    void tell(byte[] envelope, VirtualPeer... hearers) {
        for (VirtualPeer hearer : hearers) {
            hearer.hear(envelope, id, false);
        }
    }
}
