package io.outcry.market;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import io.outcry.market.wire.Wire;
import io.outcry.orderbook.Side;
import io.outcry.testkit.Seeds;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Seeds.class)
class EnvelopeCheckTest {

    private static final MarketSpec SPEC = MarketSpec.of("BTC/USDT", "0.01", "0.001");
    private static final MarketId MARKET = SPEC.id();
    private static final Signer ALICE = TestKeys.signer(1);
    private static final PeerId BOB = TestKeys.owner(2);
    private static final long HLC = Hlc.of(1_767_225_600_000L);
    private static final ItemHash HASH = ItemHash.of(Hashes.sha256(new byte[] {7}));

    private final EnvelopeCheck check = new EnvelopeCheck(MARKET, TestKeys.check(), new VerifiedRoots(64));

    /** One of each kind and cause. */
    private static List<Item> items() {
        OrderId id = new OrderId(ALICE.owner(), (7L << 28) + 1);
        OrderId other = new OrderId(ALICE.owner(), (7L << 28) + 2);
        OrderId bobs = new OrderId(BOB, (9L << 28) + 5);
        TradeId mine = new TradeId(id, 3);
        TradeId his = new TradeId(bobs, 1);
        Order order = new Order(id, Side.SELL, 100, 10, TimeInForce.GTT, Hlc.ms(HLC) + 60_000, true, "desk", HLC, HASH);
        List<Item> items = new ArrayList<>();
        items.add(new Step(id, 1, 0, 0, 0, 0, OrderStatus.OPEN, CloseReason.NONE, HLC, new Cause.New(order)));
        items.add(step(id, 2, 0, 4, new Cause.Hold(mine, bobs, 99, 4, 1, Hlc.ms(HLC) + 5_000)));
        items.add(step(id, 3, 4, 0, new Cause.Fill(his, HASH, 100, 4)));
        items.add(step(id, 4, 4, 0, new Cause.Settle(mine, HASH, 4)));
        items.add(step(id, 5, 4, 0, new Cause.Release(mine, HASH)));
        items.add(step(id, 6, 4, 0, new Cause.Local(mine, other, 100, 2)));
        items.add(step(id, 7, 4, 0, new Cause.Cut(CloseReason.REDUCED)));
        items.add(new Step(id, 8, 4, 0, 6, 0, OrderStatus.CLOSED, CloseReason.EXPIRED, HLC + 9, new Cause.Expire()));
        items.add(step(id, 9, 4, 0, new Cause.Force(mine)));
        items.add(new Refuse(ALICE.owner(), HLC, his, HASH, RefuseReason.QUANTITY, 4));
        items.add(new Heartbeat(ALICE.owner(), HLC, 8L << 28, HASH));
        items.add(new Census(ALICE.owner(), HLC, 100, new long[] {3, 50, 99}));
        return items;
    }

    private static Step step(OrderId id, long v, long filled, long held, Cause cause) {
        return new Step(id, v, filled, held, 0, 0, OrderStatus.OPEN, CloseReason.NONE, HLC + v, cause);
    }

    private static byte[] seal(Signer signer, List<Item> items) {
        List<SignedItem> signed = new ArrayList<>();
        items.forEach(item -> signed.add(SignedItem.unsigned(MARKET, item)));
        return Envelopes.seal(MARKET, signer, HLC + 100, signed).bytes();
    }

    @Test
    void everyKindAndCauseComesBackAsItWas() {
        Envelope envelope = check.check(seal(ALICE, items()));
        assertThat(envelope).isNotNull();
        assertThat(envelope.owner()).isEqualTo(ALICE.owner());
        assertThat(envelope.hlc()).isEqualTo(HLC + 100);
        assertThat(envelope.items().stream().map(SignedItem::item)).containsExactlyElementsOf(items());
    }

    @Test
    void anItemIsProvenAwayFromItsEnvelope() {
        Envelope envelope = check.check(seal(ALICE, items()));
        EnvelopeCheck stranger = new EnvelopeCheck(MARKET, TestKeys.check(), new VerifiedRoots(64));
        assertThat(envelope).isNotNull();
        for (SignedItem item : envelope.items()) {
            SignedItem alone = ItemCodec.signed(MARKET, ItemCodec.signed(item));
            assertThat(alone).isNotNull();
            assertThat(stranger.check(alone)).as("%s", item).isTrue();
        }
        SignedItem moved = envelope.items().get(1);
        ItemProof proof = moved.proof();
        assertThat(proof).isNotNull();
        moved.proven(
                new ItemProof(proof.envelopeHlc() + 1, proof.index(), proof.size(), proof.path(), proof.signature()));
        assertThat(stranger.check(moved)).as("a fresher date is a forgery").isFalse();
    }

    @Test
    void realKeysOfBothKindsWork() {
        for (KeyType type : List.of(KeyType.ED25519, KeyType.SECP256K1)) {
            Signer signer = Signer.of(PrivateKey.generate(type));
            EnvelopeCheck real = new EnvelopeCheck(MARKET, SignatureCheck.inlineKeys(), new VerifiedRoots(64));
            Heartbeat heartbeat = new Heartbeat(signer.owner(), HLC, 5, HASH);
            byte[] bytes = seal(signer, List.of(heartbeat));
            assertThat(real.check(bytes)).as("%s", type).isNotNull();
            bytes[bytes.length - 3] ^= 1;
            assertThat(real.check(bytes)).isNull();
        }
    }

    /** (r, s) and (r, n - s) are both good ECDSA; two signatures would make two messages of one envelope. */
    @Test
    void theOtherFormOfAnEcdsaSignatureIsNotTaken() throws Exception {
        BigInteger order = new BigInteger("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141", 16);
        for (int i = 0; i < 20; i++) {
            PrivateKey key = PrivateKey.generate(KeyType.SECP256K1);
            byte[] good = seal(Signer.of(key), List.of(new Heartbeat(key.peerId(), HLC, 5, HASH)));
            Wire.Envelope wire = Wire.Envelope.parseFrom(good);
            byte[] signature = wire.getSignature().toByteArray();
            int at = 4 + signature[3];
            BigInteger s = new BigInteger(Arrays.copyOfRange(signature, at + 2, signature.length));
            byte[] other = order.subtract(s).toByteArray();
            byte[] malleated = Arrays.copyOf(signature, at + 2 + other.length);
            malleated[at + 1] = (byte) other.length;
            malleated[1] = (byte) (malleated.length - 2);
            System.arraycopy(other, 0, malleated, at + 2, other.length);
            byte[] signed = Envelopes.open(MARKET, good).signed();
            assertThat(key.publicKey().verify(signed, malleated))
                    .as("good ECDSA")
                    .isTrue();
            assertThat(SignatureCheck.inlineKeys().verify(key.peerId(), signed, signature))
                    .isTrue();
            assertThat(SignatureCheck.inlineKeys().verify(key.peerId(), signed, malleated))
                    .isFalse();
            for (int length = 0; length < signature.length; length++) {
                byte[] cut = Arrays.copyOf(signature, length);
                assertThat(SignatureCheck.inlineKeys().verify(key.peerId(), signed, cut))
                        .isFalse();
            }
        }
    }

    @Test
    void anotherOwnersItemOrAnotherMarketIsNotTaken() {
        assertThat(check.check(seal(TestKeys.signer(2), items()))).isNull();
        EnvelopeCheck elsewhere = new EnvelopeCheck(
                MarketSpec.of("ETH/USDT", "0.01", "0.001").id(), TestKeys.check(), new VerifiedRoots(64));
        assertThat(elsewhere.check(seal(ALICE, items()))).isNull();
    }

    @Test
    void thereIsOneEncodingOfEachEnvelope() throws Exception {
        byte[] good = seal(ALICE, items());
        byte[] trailing = Arrays.copyOf(good, good.length + 2);
        trailing[good.length] = 0x30;
        assertThat(check.check(trailing)).isNull();
        Wire.Envelope wire = Wire.Envelope.parseFrom(good);
        UnknownFieldSet unknown = UnknownFieldSet.newBuilder()
                .addField(9, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
        assertThat(check.check(
                        wire.toBuilder().setUnknownFields(unknown).build().toByteArray()))
                .isNull();
        // An unknown field within a body, and a long varint: both sign well, and are refused all the same.
        byte[] body = wire.getItems(10).toByteArray();
        byte[] extended = Arrays.copyOf(body, body.length + 2);
        extended[body.length] = 0x78;
        extended[body.length + 1] = 1;
        assertThat(ItemCodec.decode(MARKET, extended, null)).isNull();
        byte[] longVarint = new byte[body.length + 1];
        longVarint[0] = body[0];
        longVarint[1] = (byte) 0x83;
        System.arraycopy(body, 2, longVarint, 3, body.length - 2);
        assertThat(ItemCodec.decode(MARKET, longVarint, null)).isNull();
    }

    @Test
    void limitsAreHeldBeforeAnythingIsBelieved() {
        List<Item> many = new ArrayList<>();
        for (int i = 0; i < 65; i++) {
            many.add(new Heartbeat(ALICE.owner(), HLC + i, 5, HASH));
        }
        Wire.Envelope.Builder wire = Wire.Envelope.newBuilder()
                .setMarket(ByteString.copyFrom(MARKET.bytes()))
                .setOwner(ByteString.copyFrom(ALICE.owner().bytes()))
                .setHlc(HLC);
        many.forEach(item -> wire.addItems(ByteString.copyFrom(ItemCodec.encode(MARKET, item))));
        assertThat(check.check(wire.build().toByteArray())).isNull();
        assertThat(check.check(new byte[MarketLimits.ENVELOPE_BYTES_MAX + 1])).isNull();
        assertThat(check.check(new byte[0])).isNull();
    }

    @Test
    void evidenceMustProveWhatItSays() {
        OrderId id = new OrderId(BOB, 9);
        Signer bob = TestKeys.signer(2);
        SignedItem a = SignedItem.unsigned(MARKET, step(id, 2, 0, 0, new Cause.Cut(CloseReason.REDUCED)));
        SignedItem b = SignedItem.unsigned(MARKET, step(id, 2, 1, 0, new Cause.Cut(CloseReason.REDUCED)));
        SignedItem later = SignedItem.unsigned(MARKET, step(id, 3, 1, 0, new Cause.Cut(CloseReason.REDUCED)));
        Envelopes.seal(MARKET, bob, HLC, List.of(a, b, later));
        assertThat(check.check(seal(ALICE, List.of(new Evidence(ALICE.owner(), HLC, a, b)))))
                .isNotNull();
        assertThat(check.check(seal(ALICE, List.of(new Evidence(ALICE.owner(), HLC, a, later)))))
                .isNull();
        assertThat(check.check(seal(ALICE, List.of(new Evidence(ALICE.owner(), HLC, a, a)))))
                .isNull();
    }

    @Test
    void nothingAPeerSendsThrows(RandomGenerator random) {
        List<byte[]> seeds = new ArrayList<>();
        seeds.add(seal(ALICE, items()));
        items().forEach(item -> seeds.add(ItemCodec.encode(MARKET, item)));
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
            for (int k = random.nextInt(4); k >= 0; k--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length + 3));
            check.check(bytes);
            SignedItem item = ItemCodec.decode(MARKET, bytes, null);
            if (item != null) {
                assertThat(ItemCodec.encode(MARKET, item.item())).isEqualTo(bytes);
            }
            SyncCodec.snapshotRequest(MARKET, bytes);
            SyncCodec.syncRequest(MARKET, bytes);
            SyncCodec.snapshotAnswer(check, bytes);
            SyncCodec.syncAnswer(check, bytes);
        }
    }
}
