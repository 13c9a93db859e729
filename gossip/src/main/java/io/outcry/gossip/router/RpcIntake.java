package io.outcry.gossip.router;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.MessageCheck;
import io.outcry.gossip.message.MessageForm;
import io.outcry.gossip.message.MessageSignatures;
import io.outcry.gossip.message.Salt;
import io.outcry.gossip.message.TopicRules;
import io.outcry.gossip.rpc.RpcError;
import io.outcry.gossip.rpc.RpcLimits;
import io.outcry.gossip.rpc.RpcReader;
import io.outcry.gossip.rpc.RpcVisitor;
import org.jspecify.annotations.Nullable;

/**
 * The way from a frame to the router on one thread: check, control, then each message with its signature. The simulator,
 * the tests and the benchmarks use it; {@code PubSub} does the same in stages on several threads.
 *
 * <p><b>Threading</b>: a machine; confined to the router's thread.
 */
public final class RpcIntake {

    private final GossipRouter router;
    private final RpcReader reader;
    private final MessageCheck check;
    private final ByteBufAllocator allocator;
    private final Messages messages = new Messages();
    private TopicRules rules;

    /**
     * An intake.
     *
     * @param salt the router's
     * @param rules of the joined topics
     */
    public RpcIntake(RpcLimits limits, TopicRules rules, Salt salt, ByteBufAllocator allocator, GossipRouter router) {
        this.router = router;
        this.reader = new RpcReader(limits);
        this.check = new MessageCheck(salt);
        this.allocator = allocator;
        this.rules = rules;
    }

    /** The rules after a topic was joined or left. */
    public void rules(TopicRules newRules) {
        rules = newRules;
    }

    /**
     * Takes one frame.
     *
     * @param frame as {@link io.outcry.gossip.rpc.FrameSplitter} cuts it: prefix at index 0, reader index at the body.
     *     Borrowed; its reader index may be moved, so who gives one frame to several intakes gives each a duplicate
     * @return why the peer's stream should be reset, or null
     */
    public @Nullable RpcError onFrame(int slot, ByteBuf frame, long nowNs) {
        RpcError error = reader.check(frame);
        if (error != null) {
            return error;
        }
        boolean oneMessage = reader.isOneMessage();
        int count = reader.messages();
        if (reader.hasControl()) {
            router.onRpc(slot, frame, nowNs);
        }
        if (count > 0) {
            messages.slot = slot;
            messages.nowNs = nowNs;
            messages.wholeFrame = oneMessage ? frame : null;
            reader.walkMessages(frame, messages);
            messages.wholeFrame = null;
        }
        return null;
    }

    private final class Messages implements RpcVisitor {
        int slot;
        long nowNs;

        @Nullable
        ByteBuf wholeFrame;

        @Override
        public void onMessage(ByteBuf rpc, int offset, int length) {
            MessageForm form = check.check(rpc, offset, length, rules);
            if (form.isInvalid()) {
                router.onInvalid(slot, nowNs);
            } else if (form == MessageForm.GOOD) {
                if (router.isSeen(check.idHigh(), check.idLow(), nowNs)) {
                    router.onDuplicate(slot, check.idLow(), nowNs);
                    return;
                }
                GossipMessage message = check.take(wholeFrame, allocator);
                if (check.isSigned() && !MessageSignatures.verify(message)) {
                    router.onInvalid(slot, nowNs);
                } else {
                    router.onMessage(slot, message, nowNs);
                }
                message.release();
            }
        }
    }
}
