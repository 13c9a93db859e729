package io.outcry.market.replica;

import io.outcry.market.ItemHash;
import io.outcry.market.SignedItem;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/**
 * What two replicas compare instead of their books. An owner's sum is the sum, modulo 2^256, of
 * {@code SHA-256(seq || v || hash)} over its orders that are not closed and expire later than asOf, and over its
 * equivocated orders (with v = 2^63 - 1 and a hash of zeros); the book's digest is SHA-256 over (owner, sum, count) in the
 * order of owners, those without orders left out.
 *
 * <p><b>Spec</b>: docs/market-protocol.md section 8.
 */
final class Digests {

    /** One owner's part. */
    record Sum(ItemHash sum, long count) {}

    private static final Sum EMPTY = new Sum(ItemHash.of(new byte[ItemHash.LENGTH]), 0);

    private Digests() {}

    /** A sum, and from when on and until when it is the same: while nothing changes and no order expires. */
    record Cached(Sum sum, long fromMs, long untilMs) {}

    static Sum of(@Nullable OwnerState owner, long asOfMs) {
        if (owner == null) {
            return EMPTY;
        }
        Cached cached = owner.sum;
        if (cached == null || asOfMs < cached.fromMs || asOfMs >= cached.untilMs) {
            cached = compute(owner, asOfMs);
            owner.sum = cached;
        }
        return cached.sum;
    }

    private static Cached compute(OwnerState owner, long asOfMs) {
        byte[] sum = new byte[ItemHash.LENGTH];
        long count = 0;
        long fromMs = 0;
        long untilMs = Long.MAX_VALUE;
        for (OrderState state : owner.orders.values()) {
            if (counts(state, asOfMs)) {
                add(sum, element(state));
                count++;
                untilMs = state.isEquivocated() ? untilMs : Math.min(untilMs, state.endsAtMs);
            } else if (!state.isClosed()) {
                fromMs = Math.max(fromMs, state.endsAtMs <= asOfMs ? state.endsAtMs : 0);
            }
        }
        return new Cached(new Sum(ItemHash.of(sum), count), fromMs, untilMs);
    }

    static ItemHash ofBook(Store store, long asOfMs) {
        MessageDigest digest = sha256();
        for (OwnerState owner : store.owners()) {
            Sum sum = of(owner, asOfMs);
            if (sum.count > 0) {
                byte[] id = owner.id.bytes();
                digest.update((byte) id.length);
                digest.update(id);
                digest.update(sum.sum.bytes());
                digest.update(longBytes(sum.count));
            }
        }
        return ItemHash.of(digest.digest());
    }

    /** Whether a digest counts this order. */
    static boolean counts(OrderState state, long asOfMs) {
        if (state.isEquivocated()) {
            return true;
        }
        return state.first != null && !state.isClosed() && state.endsAtMs > asOfMs;
    }

    /** The v a mark of this order carries. */
    static long markV(OrderState state) {
        return state.isEquivocated() ? OrderState.EQUIVOCATED_V : state.v();
    }

    /** The first eight bytes of the hash a mark of this order carries. */
    static long markHash8(OrderState state) {
        SignedItem latest = state.latest;
        return state.isEquivocated() || latest == null
                ? 0
                : ByteBuffer.wrap(latest.hash().first8()).getLong();
    }

    private static byte[] element(OrderState state) {
        byte[] element = state.digestElement;
        if (element == null) {
            MessageDigest digest = sha256();
            digest.update(longBytes(state.id.seq()));
            digest.update(longBytes(markV(state)));
            SignedItem latest = state.latest;
            element = digest.digest(
                    state.isEquivocated() || latest == null
                            ? new byte[ItemHash.LENGTH]
                            : latest.hash().bytes());
            state.digestElement = element;
        }
        return element;
    }

    private static void add(byte[] sum, byte[] element) {
        int carry = 0;
        for (int i = sum.length - 1; i >= 0; i--) {
            carry += (sum[i] & 0xFF) + (element[i] & 0xFF);
            sum[i] = (byte) carry;
            carry >>>= Byte.SIZE;
        }
    }

    private static byte[] longBytes(long value) {
        return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256, this one does not", e);
        }
    }
}
