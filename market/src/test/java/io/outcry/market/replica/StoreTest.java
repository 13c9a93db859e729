package io.outcry.market.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.market.Cause;
import io.outcry.market.CloseReason;
import io.outcry.market.Order;
import io.outcry.market.OrderId;
import io.outcry.market.OrderStatus;
import io.outcry.market.SignedItem;
import io.outcry.market.Step;
import io.outcry.market.TestKeys;
import io.outcry.orderbook.Side;
import io.outcry.testkit.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The laws of the join (I15) on random steps. */
@ExtendWith(Seeds.class)
class StoreTest {

    private final Liar owner = new Liar(new VirtualWorld(1, 1), 5);
    private final Order order = owner.order(10, Side.BUY, 100, 20);

    private SignedItem sign(Step step) {
        return SignedItem.unsigned(VirtualWorld.SPEC.id(), step);
    }

    /** The steps of an owner that never contradicts itself. */
    private List<SignedItem> honest(RandomGenerator random) {
        List<SignedItem> steps = new ArrayList<>();
        steps.add(sign(owner.enter(order)));
        long filled = 0;
        long cancelled = 0;
        for (long v = 2; v < 12 && filled + cancelled < order.quantity(); v++) {
            long left = order.quantity() - filled - cancelled;
            filled += random.nextLong(left / 2 + 1);
            cancelled += random.nextLong(left / 3 + 1);
            boolean closed = filled + cancelled == order.quantity();
            steps.add(sign(step(v, filled, cancelled, closed)));
        }
        return steps;
    }

    private Step step(long v, long filled, long cancelled, boolean closed) {
        return new Step(
                new OrderId(owner.id, 10),
                v,
                filled,
                0,
                cancelled,
                0,
                closed ? OrderStatus.CLOSED : OrderStatus.OPEN,
                closed ? CloseReason.FILLED : CloseReason.NONE,
                owner.hlc(),
                new Cause.Cut(CloseReason.REDUCED));
    }

    private String merged(List<SignedItem> steps) {
        Store store = new Store(TestKeys.owner(0));
        OwnerState state = store.owner(owner.id);
        for (SignedItem step : steps) {
            store.merge(state, step);
        }
        OrderState known = state.orders.get(10L);
        return known.isEquivocated() ? "EQUIVOCATED" : known.latest.hash() + " " + (known.first != null);
    }

    private static List<SignedItem> shuffled(List<SignedItem> steps, RandomGenerator random, boolean twice) {
        List<SignedItem> all = new ArrayList<>(steps);
        if (twice) {
            all.addAll(steps);
        }
        Collections.shuffle(all, new Random(random.nextLong()));
        return all;
    }

    @Test
    void honestStepsMergeToTheSameInAnyOrderAnyNumberOfTimes(RandomGenerator random) {
        for (int i = 0; i < 2_000; i++) {
            List<SignedItem> steps = honest(random);
            String expected = merged(steps);
            assertThat(expected).doesNotContain("EQUIVOCATED");
            assertThat(merged(shuffled(steps, random, true))).isEqualTo(expected);
        }
    }

    @Test
    void twoContradictingStepsEndAtEquivocatedWhicheverComesFirst(RandomGenerator random) {
        for (int i = 0; i < 2_000; i++) {
            SignedItem a = sign(step(2 + random.nextInt(5), random.nextInt(10), random.nextInt(5), false));
            SignedItem b =
                    sign(step(2 + random.nextInt(5), random.nextInt(10), random.nextInt(5), random.nextBoolean()));
            assertThat(merged(List.of(a, b))).isEqualTo(merged(List.of(b, a)));
            assertThat(merged(List.of(a, b, a, b))).isEqualTo(merged(List.of(a, b)));
        }
    }

    @Test
    void replicasThatExchangeTheirStatesConvergeWhateverALiarSigned(RandomGenerator random) {
        for (int i = 0; i < 500; i++) {
            List<SignedItem> lies = new ArrayList<>(honest(random));
            lies.addAll(honest(random));
            List<Store> stores = new ArrayList<>();
            for (int k = 0; k < 4; k++) {
                Store store = new Store(TestKeys.owner(0));
                OwnerState state = store.owner(owner.id);
                for (SignedItem step : shuffled(lies, random, false).subList(0, 1 + random.nextInt(lies.size()))) {
                    store.merge(state, step);
                }
                stores.add(store);
            }
            exchange(stores);
            exchange(stores);
            assertThat(stores.stream().map(store -> Digests.ofBook(store, 0)).distinct())
                    .hasSize(1);
        }
    }

    private void exchange(List<Store> stores) {
        for (Store from : stores) {
            OrderState state = from.owner(owner.id).orders.get(10L);
            for (Store to : stores) {
                for (SignedItem item : new SignedItem[] {state.first, state.latest, state.contradiction}) {
                    if (item != null) {
                        to.merge(to.owner(owner.id), item);
                    }
                }
                if (state.isEquivocated()) {
                    to.condemn(to.owner(owner.id), state.latest, state.contradiction);
                }
            }
        }
    }

    @Test
    void aFullBookMakesRoomAtTheHeaviestOfTheOthersWhoeverIsHeavier() {
        VirtualWorld world = new VirtualWorld(1, 1);
        Store store = new Store(TestKeys.owner(0));
        for (int number = 0; store.size() < ReplicaLimits.ORDERS_MAX; number++) {
            Liar each = new Liar(world, number);
            OwnerState state = store.owner(each.id);
            int orders = number == 0 ? 2_000 : number == 7 ? 1_100 : 1_000;
            for (int seq = 1; seq <= orders; seq++) {
                store.merge(state, sign(each.enter(each.order(seq, Side.SELL, 100, 1))));
            }
        }
        OwnerState small = store.owner(TestKeys.owner(900));
        assertThat(store.toMakeRoomFor(small))
                .hasSize(1_100 / ReplicaLimits.CROWDED_OUT_PART)
                .allMatch(state -> state.owner.id.equals(TestKeys.owner(7)));
        assertThat(store.toMakeRoomFor(store.find(TestKeys.owner(7)))).isNull();
        assertThat(store.toMakeRoomFor(store.me())).isEmpty();
    }
}
