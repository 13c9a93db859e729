package io.outcry.market.replica;

import io.outcry.market.Census;
import io.outcry.market.MarketLimits;
import io.outcry.market.SignedItem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The own census, from durable state: what is below nextSeq and not listed is closed for good, here as everywhere.
 *
 * <p><b>Spec</b>: docs/market-protocol.md section 7.
 */
final class Retirement {

    private final Floor floor;
    private final EnvelopeBatcher batcher;

    Retirement(Floor floor, EnvelopeBatcher batcher) {
        this.floor = floor;
        this.batcher = batcher;
    }

    /** Makes a census and forgets what it retires. */
    void census() {
        OwnerState me = floor.me();
        SignedItem last = me.census();
        long nextSeq = last == null ? 1 : ((Census) last.item()).nextSeq();
        List<Long> live = new ArrayList<>();
        for (OwnOrder order : floor.own.all()) {
            OrderState shown = order.shown;
            if (shown == null) {
                // Not durable yet: the census ends before it.
                break;
            }
            nextSeq = Math.max(nextSeq, order.id().seq() + 1);
            if (!shown.isClosed()) {
                live.add(order.id().seq());
            }
        }
        if (floor.own.all().isEmpty()) {
            // Nothing of this epoch so far: all of the epochs before it is retired.
            nextSeq = Math.max(nextSeq, floor.own.nextSeq());
        }
        SignedItem census = make(nextSeq, live);
        while (census.body().length > MarketLimits.CENSUS_BYTES_MAX) {
            int fewer = live.size() * 3 / 4;
            nextSeq = live.get(fewer);
            live = live.subList(0, fewer);
            census = make(nextSeq, live);
        }
        me.take(census);
        batcher.publish(census, null);
        forget(me);
    }

    private SignedItem make(long nextSeq, List<Long> live) {
        long[] seqs = live.stream().mapToLong(Long::longValue).toArray();
        return SignedItem.unsigned(
                floor.market, new Census(floor.self, floor.clock.next(), nextSeq, Arrays.copyOf(seqs, seqs.length)));
    }

    private void forget(OwnerState me) {
        for (OrderState state : floor.store.retired(me)) {
            OwnOrder order = floor.own.find(state.id);
            floor.drop(state);
            if (order != null && order.isClosed()) {
                floor.own.remove(order);
            }
        }
    }
}
