package io.outcry.gossip.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outcry.gossip.message.MessageFields;
import io.outcry.gossip.oracle.GossipRpc;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.Hex;
import io.outcry.testkit.Mutations;
import io.outcry.testkit.Seeds;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The reader against protobuf-java: on what is well-formed, on what is mutated, and on noise. */
@ExtendWith(Seeds.class)
class RpcFuzz {

    private static final int ROUNDS = 20_000;

    private final RpcReader reader = new RpcReader(RpcLimits.DEFAULT);

    @Test
    void readsWhatProtobufWrites(RandomGenerator random) throws Exception {
        for (int i = 0; i < ROUNDS / 4; i++) {
            GossipRpc.Rpc rpc = rpc(random);
            ByteBuf bytes = Unpooled.wrappedBuffer(rpc.toByteArray());
            assertThat(reader.check(bytes)).isNull();
            assertThat(RpcTranscript.ofReader(reader, bytes)).isEqualTo(RpcTranscript.ofProtobuf(rpc));
        }
    }

    @Test
    void agreesWithProtobufOnMutatedBytes(RandomGenerator random) {
        byte[] last = new byte[0];
        int wellFormed = 0;
        for (int i = 0; i < ROUNDS; i++) {
            byte[] whole = rpc(random).toByteArray();
            byte[] bytes = random.nextInt(4) == 0 ? Mutations.splice(random, last, whole) : Mutations.of(random, whole);
            wellFormed += agree(bytes) ? 1 : 0;
            last = whole;
        }
        assertThat(wellFormed)
                .as("mutants that are well-formed, lest this proves nothing")
                .isGreaterThan(ROUNDS / 100);
    }

    @Test
    void agreesWithProtobufOnNoise(RandomGenerator random) {
        for (int i = 0; i < ROUNDS; i++) {
            agree(Bytes.any(random, 64));
        }
    }

    @Test
    void theSplitterSurvivesNoise(RandomGenerator random) {
        for (int i = 0; i < ROUNDS / 10; i++) {
            try (FrameSplitter splitter =
                    new FrameSplitter(256, Unpooled.buffer().alloc())) {
                ByteBuf data = Unpooled.wrappedBuffer(Bytes.any(random, 512));
                for (ByteBuf frame = splitter.next(data); frame != null; frame = splitter.next(data)) {
                    assertThat(frame.readableBytes()).isLessThanOrEqualTo(256);
                    reader.check(frame);
                    frame.release();
                }
                assertThat(data.isReadable() && !splitter.failed()).isFalse();
            }
        }
    }

    /** protobuf-java takes the tenth byte of a varint for its last even if it says that more follow; we refuse it. */
    private static boolean hasEndlessVarint(byte[] bytes) {
        int run = 0;
        for (byte b : bytes) {
            run = b < 0 ? run + 1 : 0;
            if (run >= 10) {
                return true;
            }
        }
        return false;
    }

    /** True if both hold the bytes for well-formed; then they read the same. */
    private boolean agree(byte[] bytes) {
        if (hasEndlessVarint(bytes)) {
            reader.check(Unpooled.wrappedBuffer(bytes));
            return false;
        }
        ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
        RpcError error = reader.check(buffer);
        GossipRpc.Rpc oracle = parsed(bytes);
        assertThat(error == null).as("%s of %s", error, Hex.text(bytes)).isEqualTo(oracle != null);
        List<String> ours = RpcTranscript.ofReader(reader, buffer);
        if (oracle == null) {
            return false;
        }
        assertThat(RpcTranscript.withoutMessages(ours))
                .isEqualTo(RpcTranscript.withoutMessages(RpcTranscript.ofProtobuf(oracle)));
        compareMessages(buffer, oracle);
        return true;
    }

    /** Fields of messages one by one: protobuf writes unknown fields elsewhere, so the bytes may differ. */
    private void compareMessages(ByteBuf buffer, GossipRpc.Rpc oracle) {
        int[] index = {0};
        reader.walkMessages(buffer, new RpcVisitor() {
            @Override
            public void onMessage(ByteBuf rpc, int offset, int length) {
                GossipRpc.Message expected = oracle.getPublish(index[0]++);
                MessageFields fields = new MessageFields();
                assertThat(fields.wrap(rpc, offset, length)).isTrue();
                assertThat(fields.hasFrom()).isEqualTo(expected.hasFrom());
                assertThat(fields.hasData()).isEqualTo(expected.hasData());
                assertThat(fields.hasSeqno()).isEqualTo(expected.hasSeqno());
                assertThat(fields.hasTopic()).isEqualTo(expected.hasTopic());
                assertThat(fields.hasSignature()).isEqualTo(expected.hasSignature());
                assertThat(fields.hasKey()).isEqualTo(expected.hasKey());
                assertThat(fields.from()).isEqualTo(expected.getFrom().toByteArray());
                assertThat(fields.data()).isEqualTo(expected.getData().toByteArray());
                assertThat(fields.seqno()).isEqualTo(expected.getSeqno().toByteArray());
                assertThat(fields.topic()).isEqualTo(expected.getTopic().toStringUtf8());
            }
        });
        assertThat(index[0]).isEqualTo(oracle.getPublishCount());
    }

    private static GossipRpc.@Nullable Rpc parsed(byte[] bytes) {
        try {
            return GossipRpc.Rpc.parseFrom(bytes);
        } catch (InvalidProtocolBufferException malformed) {
            return null;
        }
    }

    private static GossipRpc.Rpc rpc(RandomGenerator random) {
        GossipRpc.Rpc.Builder rpc = GossipRpc.Rpc.newBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            rpc.addSubscriptions(GossipRpc.Rpc.SubOpts.newBuilder()
                    .setSubscribe(random.nextBoolean())
                    .setTopicId(bytes(random, 12)));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            rpc.addPublish(message(random));
        }
        if (random.nextInt(3) > 0) {
            rpc.setControl(control(random));
        }
        return rpc.build();
    }

    private static GossipRpc.Message message(RandomGenerator random) {
        GossipRpc.Message.Builder message = GossipRpc.Message.newBuilder();
        int present = random.nextInt(64);
        if ((present & 1) != 0) {
            message.setFrom(bytes(random, 40));
        }
        if ((present & 2) != 0) {
            message.setData(bytes(random, 60));
        }
        if ((present & 4) != 0) {
            message.setSeqno(bytes(random, 8));
        }
        if ((present & 8) != 0) {
            message.setTopic(bytes(random, 8));
        }
        if ((present & 16) != 0) {
            message.setSignature(bytes(random, 64));
        }
        if ((present & 32) != 0) {
            message.setKey(bytes(random, 40));
        }
        return message.build();
    }

    private static GossipRpc.ControlMessage control(RandomGenerator random) {
        GossipRpc.ControlMessage.Builder control = GossipRpc.ControlMessage.newBuilder();
        for (int i = random.nextInt(3); i > 0; i--) {
            GossipRpc.ControlIHave.Builder ihave = GossipRpc.ControlIHave.newBuilder();
            if (random.nextInt(4) > 0) {
                ihave.setTopicId(bytes(random, 8));
            }
            for (int j = random.nextInt(4); j > 0; j--) {
                ihave.addMessageIds(bytes(random, 20));
            }
            control.addIhave(ihave);
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            control.addIwant(GossipRpc.ControlIWant.newBuilder().addMessageIds(bytes(random, 20)));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            control.addGraft(GossipRpc.ControlGraft.newBuilder().setTopicId(bytes(random, 8)));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            control.addPrune(GossipRpc.ControlPrune.newBuilder()
                    .setTopicId(bytes(random, 8))
                    .setBackoff(random.nextLong() >> random.nextInt(64))
                    .addPeers(GossipRpc.PeerInfo.newBuilder().setPeerId(bytes(random, 34))));
        }
        return control.build();
    }

    private static ByteString bytes(RandomGenerator random, int lengthMax) {
        return ByteString.copyFrom(Bytes.any(random, lengthMax));
    }
}
