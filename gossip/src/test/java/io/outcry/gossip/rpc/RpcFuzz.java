package io.outcry.gossip.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.outcry.gossip.message.MessageFields;
import io.outcry.gossip.message.Proto;
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
    /** Numbers of later versions and of none. */
    private static final int[] FAR_FIELDS = {5, 6, 10, 6_492_434, 3_145_728, (1 << 29) - 1};

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

    /** Fields of every wire type where they belong and where they do not, repeated, in groups, with lengths in too many bytes. */
    @Test
    void agreesWithProtobufOnFieldsOfEveryKind(RandomGenerator random) {
        int wellFormed = 0;
        for (int i = 0; i < ROUNDS; i++) {
            ByteBuf out = Unpooled.buffer();
            writeFields(random, out, 4);
            byte[] bytes = ByteBufUtil.getBytes(out);
            wellFormed += agree(bytes) ? 1 : 0;
        }
        assertThat(wellFormed)
                .as("that are well-formed, lest this proves nothing")
                .isGreaterThan(ROUNDS / 10);
    }

    private static void writeFields(RandomGenerator random, ByteBuf out, int depth) {
        for (int n = random.nextInt(4); n > 0; n--) {
            int number = random.nextInt(8) == 0 ? FAR_FIELDS[random.nextInt(FAR_FIELDS.length)] : 1 + random.nextInt(4);
            switch (random.nextInt(10)) {
                case 0 -> {
                    writeVarint(random, out, (long) number << 3);
                    writeVarint(random, out, random.nextLong() >> random.nextInt(64));
                }
                case 1 -> {
                    writeVarint(random, out, number << 3 | 1);
                    out.writeLong(random.nextLong());
                }
                case 2 -> {
                    writeVarint(random, out, number << 3 | 5);
                    out.writeInt(random.nextInt());
                }
                case 3 -> {
                    writeVarint(random, out, number << 3 | 3);
                    if (depth > 0) {
                        writeFields(random, out, depth - 1);
                    }
                    writeVarint(random, out, (random.nextInt(20) == 0 ? number + 1 : number) << 3 | 4);
                }
                default -> {
                    ByteBuf inner = Unpooled.buffer();
                    if (depth > 0 && random.nextInt(4) > 0) {
                        writeFields(random, inner, depth - 1);
                    } else {
                        inner.writeBytes(Bytes.any(random, 20));
                    }
                    writeVarint(random, out, number << 3 | 2);
                    writeVarint(random, out, inner.readableBytes() + (random.nextInt(60) == 0 ? 1 : 0));
                    out.writeBytes(inner);
                }
            }
        }
    }

    /** Now and then in more bytes than it needs, as nobody writes it and everybody reads it. */
    private static void writeVarint(RandomGenerator random, ByteBuf out, long value) {
        int least = Proto.varintSize(value);
        int size = random.nextInt(10) == 0 ? least + random.nextInt(10 - least + 1) : least;
        for (int i = 0; i < size - 1; i++) {
            out.writeByte((int) (value >>> 7 * i) | 0x80);
        }
        out.writeByte((int) (value >>> 7 * (size - 1)) & 0x7f);
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
