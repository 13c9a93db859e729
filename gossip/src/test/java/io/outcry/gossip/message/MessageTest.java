package io.outcry.gossip.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.identity.PublicKey;
import io.outcry.gossip.oracle.GossipRpc;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Mutations;
import io.outcry.testkit.Seeds;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Signing, verifying, policies and ids. */
@ExtendWith({LeakCheck.class, Seeds.class})
class MessageTest {

    private static final PooledByteBufAllocator ALLOCATOR = PooledByteBufAllocator.DEFAULT;
    private static final TopicRule SIGNED =
            new TopicRule("signed", SignaturePolicy.STRICT_SIGN, MessageIds.FROM_SEQNO, 10_000);
    private static final TopicRule BARE =
            new TopicRule("bare", SignaturePolicy.STRICT_NO_SIGN, MessageIds.SHA256_DATA, 10_000);
    private static final TopicRules RULES = new TopicRules(List.of(SIGNED, BARE));
    private static final PrivateKey KEY = PrivateKey.generate(KeyType.ED25519);
    private static final PrivateKey RSA = PrivateKey.generate(KeyType.RSA);

    private final Salt salt = new Salt(3, 4);
    private final MessageCheck check = new MessageCheck(salt);

    private GossipRpc.Message signed(PrivateKey key, TopicRule rule, String data) {
        MessageSigner signer = new MessageSigner(key, 77, ALLOCATOR);
        GossipMessage message =
                signer.sign(rule, Unpooled.wrappedBuffer(data.getBytes(StandardCharsets.UTF_8)), new SaltedHash(salt));
        GossipRpc.Message parsed = parse(message.frame());
        message.release();
        return parsed;
    }

    private static GossipRpc.Message parse(ByteBuf frame) {
        try {
            ByteBuf body = frame.slice();
            Proto proto = new Proto();
            proto.wrap(body, 0, body.readableBytes());
            proto.varint();
            byte[] bytes = new byte[body.readableBytes() - proto.position()];
            body.getBytes(proto.position(), bytes);
            return GossipRpc.Rpc.parseFrom(bytes).getPublish(0);
        } catch (InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    private MessageForm form(GossipRpc.Message message) {
        return form(message.toByteArray());
    }

    private MessageForm form(byte[] message) {
        return check.check(Unpooled.wrappedBuffer(message), 0, message.length, RULES);
    }

    private boolean verifies(byte[] message) {
        assertThat(form(message)).isEqualTo(MessageForm.GOOD);
        GossipMessage taken = check.take(null, ALLOCATOR);
        boolean good = MessageSignatures.verify(taken);
        taken.release();
        return good;
    }

    private boolean verifies(GossipRpc.Message message) {
        return verifies(message.toByteArray());
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void whatIsSignedVerifiesAndTheKeyIsAttachedOnlyIfTheIdDoesNotHoldIt(KeyType type) {
        GossipRpc.Message message = signed(PrivateKey.generate(type), SIGNED, "hello");
        assertThat(verifies(message)).isTrue();
        assertThat(message.hasKey()).isEqualTo(type == KeyType.RSA || type == KeyType.ECDSA);
    }

    @Test
    void theSignatureCoversThePrefixAndTheMessageWithoutSignatureAndKey() {
        GossipRpc.Message message = signed(RSA, SIGNED, "hello");
        byte[] covered = Bytes.concat(
                "libp2p-pubsub:".getBytes(StandardCharsets.US_ASCII),
                message.toBuilder().clearSignature().clearKey().build().toByteArray());
        assertThat(RSA.publicKey().verify(covered, message.getSignature().toByteArray()))
                .isTrue();
    }

    @Test
    void anAttachedKeyThatCouldHaveBeenInlinedIsAccepted() {
        GossipRpc.Message message = signed(KEY, SIGNED, "hello");
        assertThat(verifies(message.toBuilder()
                        .setKey(ByteString.copyFrom(KEY.publicKey().encoded()))
                        .build()))
                .isTrue();
    }

    @Test
    void aKeyThatIsNotTheAuthorsIsRefused() {
        PublicKey other = PrivateKey.generate(KeyType.ED25519).publicKey();
        GossipRpc.Message.Builder message = signed(KEY, SIGNED, "hello").toBuilder();
        assertThat(verifies(message.setKey(ByteString.copyFrom(other.encoded())).build()))
                .isFalse();
        assertThat(verifies(message.clearKey()
                        .setFrom(ByteString.copyFrom(other.peerId().bytes()))
                        .build()))
                .isFalse();
        assertThat(verifies(signed(RSA, SIGNED, "hello").toBuilder().clearKey().build()))
                .isFalse();
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void whoSignsInAnothersNameWithItsOwnKeyAttachedIsRefused(KeyType victims) {
        PrivateKey victim = PrivateKey.generate(victims);
        GossipRpc.Message unsigned = signed(KEY, SIGNED, "hello").toBuilder()
                .setFrom(ByteString.copyFrom(victim.peerId().bytes()))
                .clearSignature()
                .build();
        byte[] covered = Bytes.concat("libp2p-pubsub:".getBytes(StandardCharsets.US_ASCII), unsigned.toByteArray());
        GossipRpc.Message.Builder forged = unsigned.toBuilder()
                .setSignature(ByteString.copyFrom(KEY.sign(covered)))
                .setKey(ByteString.copyFrom(KEY.publicKey().encoded()));
        assertThat(verifies(forged.build())).isFalse();
        assertThat(verifies(forged.setSignature(ByteString.copyFrom(victim.sign(covered)))
                        .setKey(ByteString.copyFrom(victim.publicKey().encoded()))
                        .build()))
                .as("the same by the author itself")
                .isTrue();
    }

    @Test
    void malformedKeysAndSignaturesAreRefusedWithoutAnException() {
        GossipRpc.Message.Builder message = signed(RSA, SIGNED, "hello").toBuilder();
        assertThat(verifies(message.setKey(ByteString.copyFrom(new byte[5000])).build()))
                .isFalse();
        assertThat(verifies(message.setKey(ByteString.EMPTY).build())).isFalse();
        assertThat(verifies(message.setSignature(ByteString.EMPTY).build())).isFalse();
        assertThat(verifies(message.setFrom(ByteString.copyFromUtf8("nobody")).build()))
                .isFalse();
    }

    @Test
    void everyFieldIsCovered(RandomGenerator random) {
        byte[] good = signed(KEY, SIGNED, "hello").toByteArray();
        for (int bit = 0; bit < 8 * good.length; bit++) {
            byte[] bad = Mutations.flipBit(good, bit);
            if (form(bad) == MessageForm.GOOD) {
                assertThat(verifies(bad)).as("bit %d", bit).isFalse();
            }
        }
        for (int i = 0; i < 5000; i++) {
            byte[] noise = Mutations.of(random, good);
            if (form(noise) == MessageForm.GOOD) {
                // Either answer may be right; an exception may not.
                verifies(noise);
            }
        }
    }

    /** Covered by its signature or not: there are implementations that refuse it, and so would blame us for passing it on. */
    @Test
    void aSignedMessageWithAFieldBeyondTheSixIsDroppedAndNobodyBlamed() {
        byte[] unsigned =
                signed(KEY, SIGNED, "x").toBuilder().clearSignature().build().toByteArray();
        for (byte[] unknown : List.of(new byte[] {0x38, 5}, new byte[] {0x3a, 0}, new byte[] {0x08, 1})) {
            for (byte[] covered : List.of(unsigned, Bytes.concat(unsigned, unknown))) {
                byte[] signature =
                        KEY.sign(Bytes.concat("libp2p-pubsub:".getBytes(StandardCharsets.US_ASCII), covered));
                byte[] field = Bytes.concat(new byte[] {0x2a, (byte) signature.length}, signature);
                assertThat(form(Bytes.concat(unsigned, field))).isEqualTo(MessageForm.GOOD);
                assertThat(form(Bytes.concat(unsigned, unknown, field))).isEqualTo(MessageForm.AMBIGUOUS);
                assertThat(form(Bytes.concat(unknown, unsigned, field))).isEqualTo(MessageForm.AMBIGUOUS);
            }
        }
        assertThat(MessageForm.AMBIGUOUS.isInvalid()).isFalse();
        byte[] bare = Bytes.concat(signed(KEY, BARE, "x").toByteArray(), new byte[] {0x38, 5});
        assertThat(form(bare)).as("nothing to disagree about").isEqualTo(MessageForm.GOOD);
    }

    @Test
    void fieldsOutOfOrderAreVerifiedInOrder() {
        GossipRpc.Message message = signed(KEY, SIGNED, "hello");
        byte[] head = GossipRpc.Message.newBuilder()
                .setTopic(message.getTopic())
                .setSignature(message.getSignature())
                .build()
                .toByteArray();
        byte[] tail = message.toBuilder().clearTopic().clearSignature().build().toByteArray();
        assertThat(verifies(Bytes.concat(head, tail))).isTrue();
    }

    @Test
    void aFieldSentTwiceIsCoveredOnceAsOthersWouldWriteIt() {
        GossipRpc.Message message = signed(KEY, SIGNED, "hello");
        byte[] twice = {0x12, 3, 'b', 'y', 'e'};
        assertThat(verifies(Bytes.concat(twice, message.toByteArray())))
                .as("the last one counts, and is the signed one")
                .isTrue();
        byte[] unsigned = message.toBuilder().clearSignature().build().toByteArray();
        byte[] signature =
                KEY.sign(Bytes.concat("libp2p-pubsub:".getBytes(StandardCharsets.US_ASCII), twice, unsigned));
        assertThat(verifies(Bytes.concat(twice, unsigned, new byte[] {0x2a, (byte) signature.length}, signature)))
                .as("others would drop the first and refuse the signature")
                .isFalse();
    }

    @Test
    void theSignatureCoversWhatProtobufWritesAnew(RandomGenerator random) {
        MessageFields fields = new MessageFields();
        int compared = 0;
        byte[] last = new byte[0];
        for (int i = 0; i < 5000; i++) {
            byte[] whole = GossipRpc.Message.newBuilder()
                    .setFrom(ByteString.copyFrom(Bytes.any(random, 40)))
                    .setData(ByteString.copyFrom(Bytes.any(random, 200)))
                    .setSeqno(ByteString.copyFrom(Bytes.any(random, 8)))
                    .setTopic(ByteString.copyFrom(Bytes.any(random, 8)))
                    .setSignature(ByteString.copyFrom(Bytes.any(random, 64)))
                    .setKey(ByteString.copyFrom(Bytes.any(random, 36)))
                    .build()
                    .toByteArray();
            byte[] bytes = random.nextBoolean() ? Bytes.concat(last, whole) : Mutations.of(random, whole);
            last = whole;
            GossipRpc.Message parsed = parsed(bytes);
            boolean wellFormed = fields.wrap(Unpooled.wrappedBuffer(bytes), 0, bytes.length);
            if (parsed != null
                    && wellFormed
                    && parsed.getUnknownFields().asMap().isEmpty()) {
                compared++;
                assertThat(MessageSignatures.signed(fields))
                        .isEqualTo(Bytes.concat(
                                "libp2p-pubsub:".getBytes(StandardCharsets.US_ASCII),
                                parsed.toBuilder()
                                        .clearSignature()
                                        .clearKey()
                                        .build()
                                        .toByteArray()));
            }
        }
        assertThat(compared).isGreaterThan(2000);
    }

    private static GossipRpc.@Nullable Message parsed(byte[] bytes) {
        try {
            return GossipRpc.Message.parseFrom(bytes);
        } catch (InvalidProtocolBufferException malformed) {
            return null;
        }
    }

    @Test
    void strictSignRefusesWhatIsUnsigned() {
        GossipRpc.Message message = signed(KEY, SIGNED, "hello");
        assertThat(form(message.toBuilder().clearSignature().build())).isEqualTo(MessageForm.POLICY);
        assertThat(form(message.toBuilder().clearFrom().build())).isEqualTo(MessageForm.POLICY);
        assertThat(form(message.toBuilder().clearSeqno().build())).isEqualTo(MessageForm.POLICY);
        assertThat(form(message.toBuilder()
                        .setSeqno(ByteString.copyFrom(new byte[7]))
                        .build()))
                .isEqualTo(MessageForm.IDENTITY);
    }

    @Test
    void aSequenceNumberHasEightBytes() {
        GossipRpc.Message message = signed(KEY, SIGNED, "hello");
        for (int length : new int[] {0, 1, 7, 9, 16}) {
            assertThat(form(message.toBuilder()
                            .setSeqno(ByteString.copyFrom(new byte[length]))
                            .build()))
                    .as("%d bytes", length)
                    .isEqualTo(MessageForm.IDENTITY);
        }
    }

    @Test
    void sequenceNumbersHaveEightBytesAndGrow() {
        MessageSigner signer = new MessageSigner(KEY, 0xff, ALLOCATOR);
        for (long expected = 0xff; expected < 0x103; expected++) {
            GossipMessage message = signer.sign(SIGNED, Unpooled.EMPTY_BUFFER, new SaltedHash(salt));
            assertThat(message.fields().seqno())
                    .isEqualTo(ByteBuffer.allocate(8).putLong(expected).array());
            message.release();
        }
    }

    @Test
    void theLimitOfAMessageIsEachTopicsOwn() {
        TopicRule wide = new TopicRule("bare", SignaturePolicy.STRICT_NO_SIGN, MessageIds.SHA256_DATA, 1000);
        TopicRule narrow = new TopicRule("narrow", SignaturePolicy.STRICT_NO_SIGN, MessageIds.SHA256_DATA, 100);
        TopicRules rules = new TopicRules(List.of(wide, narrow));
        for (int data : new int[] {80, 91, 92, 500}) {
            byte[] inWide = signed(KEY, wide, "x".repeat(data)).toByteArray();
            byte[] inNarrow = signed(KEY, narrow, "x".repeat(data)).toByteArray();
            assertThat(check.check(Unpooled.wrappedBuffer(inWide), 0, inWide.length, rules))
                    .isEqualTo(MessageForm.GOOD);
            assertThat(check.check(Unpooled.wrappedBuffer(inNarrow), 0, inNarrow.length, rules))
                    .as("%d bytes in all", inNarrow.length)
                    .isEqualTo(inNarrow.length <= 100 ? MessageForm.GOOD : MessageForm.TOO_LONG);
        }
    }

    @Test
    void strictNoSignRefusesEvenEmptyFields() {
        GossipRpc.Message message = signed(KEY, BARE, "hello");
        assertThat(form(message)).isEqualTo(MessageForm.GOOD);
        assertThat(message.hasFrom() || message.hasSeqno() || message.hasSignature() || message.hasKey())
                .isFalse();
        List<Consumer<GossipRpc.Message.Builder>> empties = List.of(
                m -> m.setFrom(ByteString.EMPTY),
                m -> m.setSeqno(ByteString.EMPTY),
                m -> m.setSignature(ByteString.EMPTY),
                m -> m.setKey(ByteString.EMPTY));
        for (Consumer<GossipRpc.Message.Builder> empty : empties) {
            GossipRpc.Message.Builder copy = message.toBuilder();
            empty.accept(copy);
            assertThat(form(copy.build())).isEqualTo(MessageForm.POLICY);
        }
    }

    @Test
    void otherFaultsAreToldApart() {
        GossipRpc.Message message = signed(KEY, BARE, "hello");
        assertThat(form(message.toBuilder().clearTopic().build())).isEqualTo(MessageForm.NOT_JOINED);
        assertThat(form(message.toBuilder()
                        .setTopic(ByteString.copyFromUtf8("else"))
                        .build()))
                .isEqualTo(MessageForm.NOT_JOINED);
        assertThat(form(message.toBuilder()
                        .setTopic(ByteString.copyFrom(new byte[] {-1, -2}))
                        .build()))
                .isEqualTo(MessageForm.NOT_JOINED);
        assertThat(form(message.toBuilder()
                        .setData(ByteString.copyFrom(new byte[10_000]))
                        .build()))
                .isEqualTo(MessageForm.TOO_LONG);
        assertThat(form(new byte[] {0x0a})).isEqualTo(MessageForm.MALFORMED);
        assertThat(MessageForm.NOT_JOINED.isInvalid()).isFalse();
    }

    @Test
    void anIdFunctionThatThrowsRefusesTheMessage() {
        TopicRule rule = new TopicRule(
                "bare",
                SignaturePolicy.STRICT_NO_SIGN,
                fields -> {
                    throw new IllegalStateException("no id today");
                },
                1000);
        byte[] message = signed(KEY, BARE, "hello").toByteArray();
        assertThat(check.check(Unpooled.wrappedBuffer(message), 0, message.length, new TopicRules(List.of(rule))))
                .isEqualTo(MessageForm.IDENTITY);
    }

    @Test
    void aMessageWithoutWhatItsIdIsMadeOfIsRefused() {
        TopicRule rule = new TopicRule(
                "bare",
                SignaturePolicy.STRICT_NO_SIGN,
                fields -> fields.dataLength() < 4 ? null : Arrays.copyOf(fields.data(), 4),
                1000);
        TopicRules rules = new TopicRules(List.of(rule));
        byte[] whole = signed(KEY, BARE, "hello").toByteArray();
        byte[] without = signed(KEY, BARE, "he").toByteArray();
        assertThat(check.check(Unpooled.wrappedBuffer(whole), 0, whole.length, rules))
                .isEqualTo(MessageForm.GOOD);
        assertThat(check.check(Unpooled.wrappedBuffer(without), 0, without.length, rules))
                .isEqualTo(MessageForm.IDENTITY);
    }

    @Test
    void theDefaultIdIsAuthorAndSeqno() {
        GossipRpc.Message message = signed(KEY, SIGNED, "hello");
        assertThat(form(message)).isEqualTo(MessageForm.GOOD);
        assertThat(check.id().bytes())
                .isEqualTo(Bytes.concat(KEY.peerId().bytes(), message.getSeqno().toByteArray()));
        assertThat(ByteBuffer.wrap(message.getSeqno().toByteArray()).getLong()).isEqualTo(77);
    }

    @Test
    void contentIdsAreHashes() throws Exception {
        form(signed(KEY, BARE, "hello"));
        byte[] hello = "hello".getBytes(StandardCharsets.UTF_8);
        assertThat(check.id().bytes())
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest(hello));
        TopicRule framed = new TopicRule("bare", SignaturePolicy.STRICT_NO_SIGN, MessageIds.SHA256_TOPIC_DATA, 1000);
        byte[] message = signed(KEY, framed, "hello").toByteArray();
        check.check(Unpooled.wrappedBuffer(message), 0, message.length, new TopicRules(List.of(framed)));
        assertThat(check.id().bytes())
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest("barehello".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void contentIdsAreHashesOfAllThereIsHoweverLong() throws Exception {
        TopicRule rule = new TopicRule("bare", SignaturePolicy.STRICT_NO_SIGN, MessageIds.SHA256_TOPIC_DATA, 20_000);
        for (int length : new int[] {0, 1, 4092, 4096, 4097, 8192, 12_345}) {
            String data = "x".repeat(length) + "y";
            byte[] message = signed(KEY, rule, data).toByteArray();
            assertThat(check.check(Unpooled.wrappedBuffer(message), 0, message.length, new TopicRules(List.of(rule))))
                    .isEqualTo(MessageForm.GOOD);
            byte[] id = MessageDigest.getInstance("SHA-256").digest(("bare" + data).getBytes(StandardCharsets.UTF_8));
            assertThat(check.id().bytes()).isEqualTo(id);
            GossipMessage taken = check.take(null, ALLOCATOR);
            assertThat(MessageIds.SHA256_TOPIC_DATA.idOf(taken.fields()))
                    .as("of the message that was kept")
                    .isEqualTo(id);
            taken.release();
        }
        byte[] without = GossipRpc.Message.newBuilder()
                .setTopic(ByteString.copyFromUtf8("bare"))
                .build()
                .toByteArray();
        check.check(Unpooled.wrappedBuffer(without), 0, without.length, new TopicRules(List.of(rule)));
        assertThat(check.id().bytes())
                .isEqualTo(MessageDigest.getInstance("SHA-256").digest("bare".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void unsignedMessagesCannotBeNamedByAuthor() {
        assertThatThrownBy(() -> new TopicRule("t", SignaturePolicy.STRICT_NO_SIGN, MessageIds.FROM_SEQNO, 1))
                .hasMessageContaining("SHA256_DATA");
    }

    @Test
    void aLoneMessageSharesItsFrameAndForwardsItUntouched() {
        MessageSigner signer = new MessageSigner(KEY, 1, ALLOCATOR);
        GossipMessage own = signer.sign(SIGNED, Unpooled.wrappedBuffer(new byte[100]), new SaltedHash(salt));
        ByteBuf frame = own.frame().copy();
        Proto proto = new Proto();
        proto.wrap(frame, 0, frame.readableBytes());
        proto.varint();
        proto.nextTag();
        proto.bytes();
        assertThat(check.check(frame, proto.valueOffset(), proto.valueLength(), RULES))
                .isEqualTo(MessageForm.GOOD);
        GossipMessage shared = check.take(frame, ALLOCATOR);
        assertThat(shared.frame()).isEqualTo(own.frame());
        assertThat(frame.refCnt()).isEqualTo(2);
        assertThat(shared.id()).isEqualTo(own.id());
        assertThat(MessageSignatures.verify(shared)).isTrue();
        shared.release();
        frame.release();
        own.release();
    }
}
