package io.outcry.conformance.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outcry.gossip.message.MessageFields;
import io.outcry.gossip.rpc.RpcLimits;
import io.outcry.gossip.rpc.RpcReader;
import io.outcry.gossip.rpc.RpcVisitor;

/** A gossip frame is refused by a value, or every part of it can be visited. */
final class RpcFuzzing {

    @FuzzTest(maxDuration = "20s")
    void anyFrameIsRefusedOrVisited(byte[] bytes) {
        ByteBuf frame = Unpooled.wrappedBuffer(bytes);
        RpcReader reader = new RpcReader(RpcLimits.DEFAULT);
        if (reader.check(frame) == null) {
            RpcVisitor visitor = new RpcVisitor() {
                @Override
                public boolean onIHave(ByteBuf rpc, int topicOffset, int topicLength) {
                    return true;
                }

                @Override
                public void onMessage(ByteBuf rpc, int offset, int length) {
                    MessageFields fields = new MessageFields();
                    if (fields.wrap(rpc, offset, length)) {
                        fields.data();
                    }
                }
            };
            reader.walkControl(frame, visitor);
            reader.walkMessages(frame, visitor);
        }
    }
}
