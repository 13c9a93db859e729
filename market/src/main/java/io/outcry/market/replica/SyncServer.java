package io.outcry.market.replica;

import io.outcry.core.identity.PeerId;
import io.outcry.market.MarketLimits;
import io.outcry.market.OrderId;
import io.outcry.market.SignedItem;
import io.outcry.market.SnapshotPage;
import io.outcry.market.SyncCodec;
import io.outcry.market.SyncQuery;
import io.outcry.market.SyncStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Shows the store to others, page by page. It holds only what is durable here, so no page says what a crash could take
 * back. Stateless but for who is making a copy: any server continues any cursor.
 *
 * <p><b>Spec</b>: docs/market-protocol.md section 8.
 */
final class SyncServer {

    /** Room for status, cursor and digest. */
    private static final int FRAME_BYTES = 160;

    /** Bytes of an owner and its sum, or of an owner's list without its marks. */
    private static final int OWNER_BYTES = 104;

    /** Bytes of a mark, at most. */
    private static final int MARK_BYTES = 36;

    /** Peers whose rate is watched: more than a host has in one market. */
    private static final int ASKERS_MAX = 1_024;

    private final Floor floor;
    private final EnvelopeBatcher batcher;
    /** Those that asked last. */
    private final Map<PeerId, Asker> askers = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<PeerId, Asker> eldest) {
            return size() > ASKERS_MAX;
        }
    };

    /** One peer: how often it may ask, and the copy it is making. */
    private static final class Asker {
        final TokenBucket rate = new TokenBucket(ReplicaLimits.REQUESTS_PER_S, ReplicaLimits.REQUESTS_BURST);
        boolean copies;
        /** Since when it has been making copies, one after another, and when it last took a page. */
        long sinceNs = Long.MIN_VALUE;

        long lastNs = Long.MIN_VALUE;
    }

    SyncServer(Floor floor, EnvelopeBatcher batcher) {
        this.floor = floor;
        this.batcher = batcher;
    }

    // ---- snapshots ---------------------------------------------------------------------------------------------

    SnapshotPage.Answer page(PeerId from, @Nullable SnapshotPage request) {
        if (request == null) {
            return refused(SyncStatus.MALFORMED);
        }
        Asker asker = asker(from);
        if (!mayAsk(asker) || !admit(asker)) {
            return refused(SyncStatus.BUSY);
        }
        Page page = new Page(Math.min(request.maxBytes(), MarketLimits.PAGE_BYTES_MAX) - FRAME_BYTES);
        long asOfMs = asOf(request.asOfMs());
        OrderId next = fill(page, request.cursor(), asOfMs);
        asker.copies = next != null;
        return new SnapshotPage.Answer(SyncStatus.OK, page.items, next, Digests.ofBook(floor.store, asOfMs));
    }

    private static SnapshotPage.Answer refused(SyncStatus status) {
        return new SnapshotPage.Answer(status, List.of(), null, null);
    }

    private Asker asker(PeerId from) {
        return askers.computeIfAbsent(from, id -> new Asker());
    }

    private boolean mayAsk(Asker asker) {
        return asker.rate.take(1, floor.clock.steadyMs());
    }

    /**
     * Four copies at a time. Who has been at it for longer than a copy takes makes room for whoever came later: it goes on at
     * another server, or here once nobody waits. So a few that never end keep nobody out, and coming again does not make them new.
     */
    private boolean admit(Asker asker) {
        long nowNs = floor.clock.nowNs();
        if (asker.lastNs == Long.MIN_VALUE
                || nowNs - asker.lastNs > ReplicaLimits.COPY_FORGOTTEN_MS * ReplicaLimits.NS_PER_MS) {
            asker.sinceNs = nowNs;
        }
        if (!asker.copies && !hasRoomFor(asker, nowNs)) {
            return false;
        }
        asker.copies = true;
        asker.lastNs = nowNs;
        return true;
    }

    private boolean hasRoomFor(Asker asker, long nowNs) {
        int copying = 0;
        Asker eldest = asker;
        for (Asker other : askers.values()) {
            other.copies &= nowNs - other.lastNs <= ReplicaLimits.PAGE_TIMEOUT_MS * ReplicaLimits.NS_PER_MS;
            if (other.copies) {
                copying++;
                eldest = other.sinceNs < eldest.sinceNs ? other : eldest;
            }
        }
        if (copying < ReplicaLimits.SNAPSHOTS_AT_ONCE) {
            return true;
        }
        boolean gives = eldest != asker && nowNs - eldest.sinceNs > ReplicaLimits.COPY_MS * ReplicaLimits.NS_PER_MS;
        eldest.copies &= !gives;
        return gives;
    }

    /** Fills the page with what comes after the cursor; returns the next cursor, or null at the end. */
    private @Nullable OrderId fill(Page page, @Nullable OrderId cursor, long asOfMs) {
        PeerId previous = null;
        for (OwnerState owner : floor.store.ownersFrom(cursor == null ? null : cursor.owner())) {
            boolean begun = cursor != null && owner.id.equals(cursor.owner());
            SignedItem census = owner.census();
            if (!begun && census != null && !page.add(batcher, census)) {
                return previous == null ? cursor : new OrderId(previous, Long.MAX_VALUE);
            }
            var orders = begun && cursor != null ? owner.orders.tailMap(cursor.seq(), false) : owner.orders;
            for (OrderState state : orders.values()) {
                if (Digests.counts(state, asOfMs) && !page.add(batcher, state)) {
                    return new OrderId(owner.id, Math.max(1, state.id.seq() - 1));
                }
            }
            previous = owner.id;
        }
        return null;
    }

    /** Items gathered up to a size. */
    private static final class Page {
        final List<SignedItem> items = new ArrayList<>();
        private int room;

        Page(int room) {
            this.room = room;
        }

        /** Adds an order's items; false if they do not fit and the page is not empty. */
        boolean add(EnvelopeBatcher batcher, OrderState state) {
            List<SignedItem> those = itemsOf(state);
            int size = 0;
            for (SignedItem item : those) {
                size += SyncCodec.sizeOf(item);
            }
            if (size > room && !items.isEmpty()) {
                return false;
            }
            room -= size;
            for (SignedItem item : those) {
                if (batcher.prove(item)) {
                    items.add(item);
                }
            }
            return true;
        }

        boolean add(EnvelopeBatcher batcher, SignedItem item) {
            int size = SyncCodec.sizeOf(item);
            if (size > room && !items.isEmpty()) {
                return false;
            }
            room -= size;
            if (batcher.prove(item)) {
                items.add(item);
            }
            return true;
        }
    }

    private static List<SignedItem> itemsOf(OrderState state) {
        List<SignedItem> items = new ArrayList<>(3);
        SignedItem first = state.first;
        SignedItem latest = state.latest;
        SignedItem contradiction = state.contradiction;
        if (first != null) {
            items.add(first);
        }
        if (latest != null && latest != first) {
            items.add(latest);
        }
        if (contradiction != null) {
            items.add(contradiction);
        }
        return items;
    }

    /** The asker's time, or what of ours is nearest to it. */
    private long asOf(long askedMs) {
        long nowMs = floor.clock.steadyMs();
        return Math.max(nowMs - ReplicaLimits.AS_OF_MS, Math.min(nowMs + ReplicaLimits.AS_OF_MS, askedMs));
    }

    // ---- sync --------------------------------------------------------------------------------------------------

    SyncQuery.Answer answer(PeerId from, @Nullable SyncQuery query) {
        if (query == null) {
            return new SyncQuery.Answer(SyncStatus.MALFORMED, List.of(), List.of(), List.of(), null);
        }
        if (!mayAsk(asker(from))) {
            return new SyncQuery.Answer(SyncStatus.BUSY, List.of(), List.of(), List.of(), null);
        }
        return switch (query.part()) {
            case VECTOR -> vector(query);
            case LISTS -> lists(query);
            case ORDERS -> orders(query);
        };
    }

    private SyncQuery.Answer vector(SyncQuery query) {
        long asOfMs = asOf(query.asOfMs());
        List<SyncQuery.OwnerSum> sums = new ArrayList<>();
        PeerId next = null;
        for (OwnerState owner : floor.store.ownersAfter(query.afterOwner())) {
            if ((sums.size() + 1) * OWNER_BYTES + FRAME_BYTES > MarketLimits.PAGE_BYTES_MAX) {
                next = sums.get(sums.size() - 1).owner();
                break;
            }
            Digests.Sum sum = Digests.of(owner, asOfMs);
            if (sum.count() > 0) {
                sums.add(new SyncQuery.OwnerSum(owner.id, sum.sum(), sum.count()));
            }
        }
        return new SyncQuery.Answer(SyncStatus.OK, sums, List.of(), List.of(), next);
    }

    private SyncQuery.Answer lists(SyncQuery query) {
        long asOfMs = asOf(query.asOfMs());
        List<SyncQuery.OwnerList> lists = new ArrayList<>();
        int room = MarketLimits.PAGE_BYTES_MAX - FRAME_BYTES;
        for (PeerId id : query.owners()) {
            OwnerState owner = floor.store.find(id);
            SignedItem census = owner == null ? null : owner.census();
            if (census != null && !batcher.prove(census)) {
                census = null;
            }
            room -= OWNER_BYTES + (census == null ? 0 : SyncCodec.sizeOf(census));
            // A list that is cut would be cut again; the next answer has room for all of it.
            if (room < 0 || (!lists.isEmpty() && Digests.of(owner, asOfMs).count() * MARK_BYTES > room)) {
                break;
            }
            List<SyncQuery.OrderMark> marks = new ArrayList<>();
            boolean cut = false;
            if (owner != null) {
                for (OrderState state : owner.orders.values()) {
                    if (!Digests.counts(state, asOfMs)) {
                        continue;
                    }
                    if (room < MARK_BYTES) {
                        cut = true;
                        break;
                    }
                    room -= MARK_BYTES;
                    marks.add(new SyncQuery.OrderMark(state.id.seq(), Digests.markV(state), Digests.markHash8(state)));
                }
            }
            lists.add(new SyncQuery.OwnerList(id, marks, census, cut));
        }
        return new SyncQuery.Answer(SyncStatus.OK, List.of(), lists, List.of(), null);
    }

    private SyncQuery.Answer orders(SyncQuery query) {
        Page page = new Page(MarketLimits.PAGE_BYTES_MAX - FRAME_BYTES);
        for (OrderId id : query.orders()) {
            OrderState state = floor.store.find(id);
            if (state != null && !page.add(batcher, state)) {
                break;
            }
        }
        return new SyncQuery.Answer(SyncStatus.OK, List.of(), List.of(), page.items, null);
    }
}
