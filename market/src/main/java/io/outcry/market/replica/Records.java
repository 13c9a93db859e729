package io.outcry.market.replica;

import com.google.protobuf.ByteString;
import io.outcry.core.identity.PeerId;
import io.outcry.market.OrderId;
import io.outcry.market.TradeId;
import io.outcry.market.wire.Wire;

/** Journal records that are more than bodies. Their form is in market.proto, "The journal's records". */
final class Records {

    private Records() {}

    static Wire.Record settled(TradeId trade) {
        return Wire.Record.newBuilder().setSettled(key(trade)).build();
    }

    static Wire.Record epoch(long epoch, long floorSeq) {
        return Wire.Record.newBuilder().setEpoch(epoch).setFloorSeq(floorSeq).build();
    }

    static Wire.TradeKey key(TradeId trade) {
        return Wire.TradeKey.newBuilder()
                .setTaker(Wire.OrderKey.newBuilder()
                        .setOwner(ByteString.copyFrom(trade.taker().owner().bytes()))
                        .setSeq(trade.taker().seq()))
                .setN(trade.n())
                .build();
    }

    static TradeId trade(Wire.TradeKey key) {
        PeerId owner = PeerId.fromBytes(key.getTaker().getOwner().toByteArray());
        return new TradeId(new OrderId(owner, key.getTaker().getSeq()), key.getN());
    }
}
