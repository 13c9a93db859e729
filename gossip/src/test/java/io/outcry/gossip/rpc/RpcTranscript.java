package io.outcry.gossip.rpc;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.outcry.gossip.oracle.GossipRpc;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** One RPC as lines, once as our reader visits it and once as protobuf-java parses it. */
final class RpcTranscript implements RpcVisitor {

    private final List<String> lines = new ArrayList<>();

    static List<String> ofReader(RpcReader reader, ByteBuf rpc) {
        RpcTranscript transcript = new RpcTranscript();
        reader.walkControl(rpc, transcript);
        reader.walkMessages(rpc, transcript);
        return transcript.lines;
    }

    static List<String> ofProtobuf(GossipRpc.Rpc rpc) {
        List<String> lines = new ArrayList<>();
        rpc.getSubscriptionsList()
                .forEach(s -> lines.add("sub " + s.getSubscribe() + " " + hex(s.hasTopicId(), s.getTopicId())));
        GossipRpc.ControlMessage control = rpc.getControl();
        control.getIhaveList().forEach(ihave -> {
            lines.add("ihave " + hex(ihave.hasTopicId(), ihave.getTopicId()));
            ihave.getMessageIdsList().forEach(id -> lines.add("have " + hex(true, id)));
        });
        control.getIwantList().forEach(w -> w.getMessageIdsList().forEach(id -> lines.add("want " + hex(true, id))));
        control.getGraftList().forEach(g -> lines.add("graft " + hex(g.hasTopicId(), g.getTopicId())));
        control.getPruneList()
                .forEach(p -> lines.add("prune " + hex(p.hasTopicId(), p.getTopicId()) + " " + p.getBackoff()));
        rpc.getPublishList().forEach(m -> lines.add("message " + hex(true, m.toByteString())));
        return lines;
    }

    static List<String> withoutMessages(List<String> lines) {
        Predicate<String> isMessage = line -> line.startsWith("message ");
        return lines.stream().filter(isMessage.negate()).toList();
    }

    private static String hex(boolean present, ByteString bytes) {
        return present ? "'" + ByteBufUtil.hexDump(bytes.toByteArray()) + "'" : "absent";
    }

    private static String hex(ByteBuf rpc, int offset, int length) {
        return length < 0 ? "absent" : "'" + ByteBufUtil.hexDump(rpc, offset, length) + "'";
    }

    @Override
    public void onSubscription(ByteBuf rpc, boolean subscribe, int topicOffset, int topicLength) {
        lines.add("sub " + subscribe + " " + hex(rpc, topicOffset, topicLength));
    }

    @Override
    public void onMessage(ByteBuf rpc, int offset, int length) {
        lines.add("message " + hex(rpc, offset, length));
    }

    @Override
    public boolean onIHave(ByteBuf rpc, int topicOffset, int topicLength) {
        lines.add("ihave " + hex(rpc, topicOffset, topicLength));
        return true;
    }

    @Override
    public void onIHaveId(ByteBuf rpc, int offset, int length) {
        lines.add("have " + hex(rpc, offset, length));
    }

    @Override
    public void onIWantId(ByteBuf rpc, int offset, int length) {
        lines.add("want " + hex(rpc, offset, length));
    }

    @Override
    public void onGraft(ByteBuf rpc, int topicOffset, int topicLength) {
        lines.add("graft " + hex(rpc, topicOffset, topicLength));
    }

    @Override
    public void onPrune(ByteBuf rpc, int topicOffset, int topicLength, long backoffSeconds) {
        lines.add("prune " + hex(rpc, topicOffset, topicLength) + " " + backoffSeconds);
    }
}
