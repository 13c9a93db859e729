package io.outcry.conformance.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.outcry.market.EnvelopeCheck;
import io.outcry.market.ItemCodec;
import io.outcry.market.MarketId;
import io.outcry.market.MarketSpec;
import io.outcry.market.SignedItem;
import io.outcry.market.SyncCodec;
import io.outcry.market.VerifiedRoots;
import java.util.Arrays;

/** An item is read in its one form or not at all; no question or answer of a stranger throws. */
final class ItemFuzzing {

    private static final MarketId MARKET =
            MarketSpec.of("BTC/USDT", "0.01", "0.00000001").id();

    @FuzzTest(maxDuration = "20s")
    void whatIsReadIsWrittenAlike(byte[] bytes) {
        SignedItem item = ItemCodec.decode(MARKET, bytes, null);
        if (item != null && !Arrays.equals(ItemCodec.encode(MARKET, item.item()), bytes)) {
            throw new AssertionError(item.item() + " has a second form: " + Arrays.toString(bytes));
        }
        EnvelopeCheck check = new EnvelopeCheck(MARKET, (owner, message, signature) -> true, new VerifiedRoots(16));
        check.check(bytes);
        SyncCodec.snapshotRequest(MARKET, bytes);
        SyncCodec.syncRequest(MARKET, bytes);
        SyncCodec.snapshotAnswer(check, bytes);
        SyncCodec.syncAnswer(check, bytes);
    }
}
