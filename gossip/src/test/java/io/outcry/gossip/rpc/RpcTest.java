package io.outcry.gossip.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.outcry.gossip.message.MessageFields;
import io.outcry.gossip.message.MessageId;
import io.outcry.gossip.message.Proto;
import io.outcry.gossip.message.Salt;
import io.outcry.gossip.message.SaltedHash;
import io.outcry.testkit.Chunks;
import io.outcry.testkit.Hex;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames and RPCs, to the byte. */
@ExtendWith({LeakCheck.class, Seeds.class})
class RpcTest {

    private final RpcReader reader = new RpcReader(RpcLimits.DEFAULT);
    private final RpcWriter writer = new RpcWriter();
    private final SaltedHash hash = new SaltedHash(new Salt(1, 2));

    private MessageId id(String hex) {
        return MessageId.of(Hex.bytes(hex), hash);
    }

    private String written(Consumer<RpcWriter> content) {
        content.accept(writer);
        ByteBuf frame = writer.finish(PooledByteBufAllocator.DEFAULT);
        String hex = ByteBufUtil.hexDump(frame);
        frame.release();
        return hex;
    }

    private List<String> read(String hex) {
        ByteBuf body = Unpooled.wrappedBuffer(Hex.bytes(hex));
        assertThat(reader.check(body)).isNull();
        return RpcTranscript.ofReader(reader, body);
    }

    private @Nullable RpcError check(ByteBuf body) {
        return reader.check(body);
    }

    @Test
    void writesTheGoldenFrames() {
        assertThat(written(out -> out.subscription("T", true))).isEqualTo("070a050801120154");
        assertThat(written(out -> out.subscription("T", false))).isEqualTo("070a050800120154");
        assertThat(written(out -> out.graft("T"))).isEqualTo("071a051a030a0154");
        assertThat(written(out -> out.prune("T", 60))).isEqualTo("091a0722050a0154183c");
        assertThat(written(out -> out.ihave("T", new MessageId[] {id("aabb")}, 0, 1, 99)))
                .isEqualTo("0b1a090a070a01541202aabb");
        assertThat(written(out -> out.iwant(new MessageId[] {id("aabb")}, 0, 1, 99)))
                .isEqualTo("081a0612040a02aabb");
        assertThat(written(out -> {})).isEqualTo("00");
    }

    @ParameterizedTest
    @CsvSource({
        "0a050801120154, sub true '54'",
        "0a090801120154180020 00, sub true '54'",
        "0a050800120154, sub false '54'",
        "0a03120154, sub false '54'",
        "0a020801, sub true absent",
        "0a0408011200, sub true ''",
        "1a051a030a0154, graft '54'",
        "1a0722050a0154183c, prune '54' 60",
        "1a0522030a0154, prune '54' 0",
        "1a0612040a02aabb, want 'aabb'",
        "1a021a00, graft absent",
        "12020a00, message '0a00'",
    })
    void readsTheGoldenFrames(String hex, String line) {
        assertThat(read(hex.replace(" ", ""))).containsExactly(line);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "1a00",
                "1a062a040a02aabb",
                "1a0732059091e21801",
                "1a04320250 01",
                "9291e21800",
                "5204deadbeef",
                "828080 0c02 0102",
                "1a02 3a00",
                "0d01020304",
                "09 0102030405060708",
                "08 01",
                "93 01 94 01"
            })
    void skipsWhatItDoesNotKnow(String hex) {
        assertThat(read(hex.replace(" ", ""))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"0a", "0a05", "0a0508", "80", "07", "00", "1a03220108", "1a020a01", "ffffffffffffffffffffff01"})
    void refusesWhatIsNotWellFormed(String hex) {
        assertThat(check(Unpooled.wrappedBuffer(Hex.bytes(hex)))).isEqualTo(RpcError.MALFORMED);
    }

    @Test
    void partsComeInOneOrderHoweverTheyWereSent() {
        assertThat(read("1a051a030a0154" + "12020a00" + "0a050801120154" + "1a0612040a02aabb"))
                .containsExactly("sub true '54'", "want 'aabb'", "graft '54'", "message '0a00'");
    }

    @Test
    void splitControlMessagesMerge() {
        assertThat(read("1a051a030a0154" + "1a051a030a0155")).containsExactly("graft '54'", "graft '55'");
    }

    @Test
    void theTopicOfAnIHaveMayComeAfterItsIds() {
        assertThat(read("1a090a071202aabb0a0154")).containsExactly("ihave '54'", "have 'aabb'");
    }

    @Test
    void aLegacyListOfTopicsReadsAsItsLast() {
        ByteBuf body = Unpooled.wrappedBuffer(Hex.bytes("12 06 22 01 41 22 01 42".replace(" ", "")));
        assertThat(reader.check(body)).isNull();
        MessageFields fields = new MessageFields();
        assertThat(fields.wrap(body, 2, 6)).isTrue();
        assertThat(fields.topic()).isEqualTo("B");
    }

    /** One entry over each limit is refused, exactly at it is not; split control messages count together. */
    @Test
    void everyRepeatedFieldHasALimit() {
        RpcLimits limits = new RpcLimits(1 << 20, 64, 64, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3);
        RpcReader strict = new RpcReader(limits);
        BiConsumer<String, RpcError> limited = (entry, error) -> {
            assertThat(strict.check(Unpooled.wrappedBuffer(Hex.bytes(entry.repeat(3)))))
                    .as(entry)
                    .isNull();
            assertThat(strict.check(Unpooled.wrappedBuffer(Hex.bytes(entry.repeat(4)))))
                    .as(entry)
                    .isEqualTo(error);
        };
        limited.accept("0a00", RpcError.TOO_MANY_SUBSCRIPTIONS);
        limited.accept("1200", RpcError.TOO_MANY_MESSAGES);
        limited.accept("1a020a00", RpcError.TOO_MANY_IHAVES);
        limited.accept("1a021200", RpcError.TOO_MANY_IWANTS);
        limited.accept("1a0412020a00", RpcError.TOO_MANY_IWANTS);
        limited.accept("1a021a00", RpcError.TOO_MANY_GRAFTS);
        limited.accept("1a022200", RpcError.TOO_MANY_PRUNES);
        limited.accept("1a022a00", RpcError.TOO_MANY_SKIPPED);
        limited.accept("5200", RpcError.TOO_MANY_SKIPPED);
        String fourIds = "12001200" + "12001200";
        assertThat(strict.check(Unpooled.wrappedBuffer(Hex.bytes("1a0a0a08" + fourIds))))
                .isEqualTo(RpcError.TOO_MANY_IHAVE_IDS);
        assertThat(strict.check(Unpooled.wrappedBuffer(Hex.bytes("1a0a22081200120012001200"))))
                .isEqualTo(RpcError.TOO_MANY_PRUNE_PEERS);
        assertThat(strict.check(Unpooled.wrappedBuffer(Hex.bytes("1a0a12080a000a000a000a00"))))
                .isEqualTo(RpcError.TOO_MANY_IWANT_IDS);
    }

    @Test
    void aMegabyteOfIHaveFromOneTopicIsAccepted() {
        ByteBuf entry = Unpooled.buffer();
        for (int i = 0; i < 5000; i++) {
            entry.writeByte(0x12).writeByte(40).writeZero(40);
        }
        ByteBuf body = Unpooled.buffer();
        int length = entry.readableBytes();
        body.writeByte(0x1a);
        Proto.writeVarint(body, 1 + Proto.varintSize(length) + length);
        body.writeByte(0x0a);
        Proto.writeVarint(body, length);
        body.writeBytes(entry);
        assertThat(check(body)).isNull();
    }

    @Test
    void deepGroupsAreRefusedWithoutADeepStack() {
        ByteBuf groups = Unpooled.buffer();
        for (int i = 0; i < 10_000; i++) {
            groups.writeByte(0x53);
        }
        assertThat(check(groups)).isEqualTo(RpcError.MALFORMED);
    }

    @Test
    void framesAreCutWhereverTheStreamIsCut(RandomGenerator random) {
        byte[] stream = Hex.bytes("070a050801120154" + "00" + "081a0612040a02aabb" + "071a051a030a0154");
        for (int round = 0; round < 200; round++) {
            List<String> frames = new ArrayList<>();
            try (FrameSplitter splitter = new FrameSplitter(100, PooledByteBufAllocator.DEFAULT)) {
                for (byte[] chunk : Chunks.cut(random, stream)) {
                    ByteBuf data = Unpooled.wrappedBuffer(chunk);
                    for (ByteBuf frame = splitter.next(data); frame != null; frame = splitter.next(data)) {
                        frames.add(ByteBufUtil.hexDump(frame));
                        frame.release();
                    }
                }
            }
            assertThat(frames).containsExactly("0a050801120154", "", "1a0612040a02aabb", "1a051a030a0154");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"65", "ffffffff0f", "ffffffffff01", "8080808080808001", "ffffffffffffffffff01"})
    void aFrameOverTheLimitFailsBeforeAnythingIsAllocated(String prefix) {
        try (FrameSplitter splitter = new FrameSplitter(100, PooledByteBufAllocator.DEFAULT)) {
            assertThat(splitter.next(Unpooled.wrappedBuffer(Hex.bytes(prefix)))).isNull();
            assertThat(splitter.failed()).isTrue();
            assertThat(splitter.heldBytes()).isZero();
        }
    }

    @Test
    void anAnnouncedMegabyteCostsOnlyWhatHasArrived() {
        try (FrameSplitter splitter = new FrameSplitter(1 << 20, PooledByteBufAllocator.DEFAULT)) {
            assertThat(splitter.next(Unpooled.wrappedBuffer(Hex.bytes("80804000"))))
                    .isNull();
            assertThat(splitter.heldBytes()).isLessThan(16);
        }
    }

    @Test
    void idsAreSplitToTheRoomThereIs() {
        MessageId[] ids = new MessageId[100];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = id(String.format("%064x", i));
        }
        int end = writer.ihave("T", ids, 0, ids.length, 1000);
        assertThat(end).isBetween(25, 32);
        assertThat(writer.size()).isLessThanOrEqualTo(1000);
        int next = writer.iwant(ids, end, ids.length, 10);
        assertThat(next).isEqualTo(end + 1);
        writer.finish(PooledByteBufAllocator.DEFAULT).release();
    }
}
