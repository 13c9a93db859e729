package io.outcry.transport.noise;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.outcry.core.crypto.Crypto;
import io.outcry.core.crypto.CryptoProvider;
import io.outcry.core.crypto.CryptoProvider.X25519KeyPair;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PrivateKey;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.Chunks;
import io.outcry.testkit.Hex;
import io.outcry.testkit.Mutations;
import io.outcry.testkit.Seeds;
import io.outcry.transport.noise.NoiseResult.Established;
import io.outcry.transport.noise.NoiseResult.Failed;
import io.outcry.transport.noise.NoiseResult.Pending;
import io.outcry.transport.noise.NoiseResult.Reason;
import io.outcry.transport.wire.NoiseExtensions;
import io.outcry.transport.wire.NoiseHandshakePayload;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A peer that speaks Noise well and says what it should not. */
@ExtendWith(Seeds.class)
class NoisePayloadTest {

    private static final CryptoProvider CRYPTO = Crypto.preferred();
    private static final PrivateKey US = PrivateKey.generate(KeyType.ED25519);
    private static final PrivateKey PEER = PrivateKey.generate(KeyType.ED25519);
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final NoiseIdentity PROOF = NoiseIdentity.of(US, RANDOM);
    private static final byte[] NOTHING = {};

    private final X25519KeyPair peerStatic = CRYPTO.x25519KeyPair(RANDOM);

    @Test
    void aTruePayloadIsBelieved() {
        assertThat(answered(payload(PEER, signature(PEER, peerStatic.publicKey()))))
                .isInstanceOfSatisfying(
                        Established.class, e -> assertThat(e.peer()).isEqualTo(PEER.peerId()));
        assertThat(called(payload(PEER, signature(PEER, peerStatic.publicKey()))))
                .isInstanceOfSatisfying(
                        Established.class, e -> assertThat(e.peer()).isEqualTo(PEER.peerId()));
    }

    @Test
    void aSignatureOfAnotherKeyFailsInEitherMessage() {
        byte[] wrong = payload(PEER, signature(US, peerStatic.publicKey()));
        assertReason(answered(wrong), Reason.SIGNATURE);
        assertReason(called(wrong), Reason.SIGNATURE);
    }

    @Test
    void aSignatureOfAnotherStaticKeyFailsInEitherMessage() {
        byte[] wrong =
                payload(PEER, signature(PEER, CRYPTO.x25519KeyPair(RANDOM).publicKey()));
        assertReason(answered(wrong), Reason.SIGNATURE);
        assertReason(called(wrong), Reason.SIGNATURE);
    }

    @Test
    void aSignatureWithoutItsPrefixFails() {
        assertReason(answered(payload(PEER, PEER.sign(peerStatic.publicKey()))), Reason.SIGNATURE);
    }

    @Test
    void anEmptyPayloadIsMalformed() {
        assertReason(answered(NOTHING), Reason.MALFORMED);
        assertReason(called(NOTHING), Reason.MALFORMED);
    }

    @Test
    void aPayloadThatIsNoProtobufIsMalformed() {
        assertReason(called(Hex.bytes("0affffffffff")), Reason.MALFORMED);
    }

    @Test
    void aKeyOfUnknownTypeIsRefused() {
        byte[] payload = NoiseHandshakePayload.newBuilder()
                .setIdentityKey(ByteString.copyFrom(Hex.bytes("0809 1201 00")))
                .setIdentitySig(ByteString.EMPTY)
                .build()
                .toByteArray();
        assertReason(called(payload), Reason.KEY);
    }

    @Test
    void fieldsOfOlderAndNewerPeersArePassedOver() {
        byte[] payload = Bytes.concat(
                payload(PEER, signature(PEER, peerStatic.publicKey())), Hex.bytes("1a 03 010203  7a 01 00"));
        assertThat(called(payload)).isInstanceOf(Established.class);
    }

    @Test
    void moreMuxersThanAHundredAreTakenForNone() {
        assertThat(muxerAfter(Collections.nCopies(101, "/yamux/1.0.0"))).isEqualTo("none");
        assertThat(muxerAfter(Collections.nCopies(100, "/yamux/1.0.0"))).isEqualTo("/yamux/1.0.0");
    }

    @Test
    void certificateHashesOfOtherTransportsArePassedOver() {
        NoiseExtensions hashes = NoiseExtensions.newBuilder()
                .addWebtransportCerthashes(ByteString.copyFromUtf8("hash"))
                .build();
        byte[] payload = Bytes.concat(
                payload(PEER, signature(PEER, peerStatic.publicKey())),
                NoiseHandshakePayload.newBuilder().setExtensions(hashes).build().toByteArray());
        assertThat(called(payload)).isInstanceOf(Established.class);
    }

    @Test
    void aFirstMessageWithPayloadIsRefused() {
        NoiseHandshake responder = NoiseHandshake.responder(options(List.of()), RANDOM);
        assertReason(responder.onBytes(Unpooled.wrappedBuffer(Hex.bytes("0021"), new byte[33])), Reason.MALFORMED);
    }

    @Test
    void lengthsAreCheckedBeforeTheirBytesCome() {
        for (String prefix : List.of("0000", "001f", "0021", "ffff")) {
            NoiseHandshake responder = NoiseHandshake.responder(options(List.of()), RANDOM);
            assertReason(responder.onBytes(Unpooled.wrappedBuffer(Hex.bytes(prefix))), Reason.MALFORMED);
        }
        for (String prefix : List.of("005f", "2061", "ffff")) {
            NoiseHandshake initiator = NoiseHandshake.initiator(options(List.of()), RANDOM);
            assertReason(initiator.onBytes(Unpooled.wrappedBuffer(Hex.bytes(prefix))), Reason.MALFORMED);
        }
    }

    @Test
    void aPointOfLowOrderIsRefused() {
        NoiseHandshake responder = NoiseHandshake.responder(options(List.of()), RANDOM);
        assertReason(responder.onBytes(Unpooled.wrappedBuffer(Hex.bytes("0020"), new byte[32])), Reason.KEY);
        assertThat(responder.hasOutput()).isFalse();
    }

    @Test
    void everyHandshakeShowsTheSameProofAlsoWhenOthersAreClosed() {
        byte[] first = proofOf(PROOF);
        assertThat(proofOf(PROOF)).isEqualTo(first);
        assertThat(proofOf(NoiseIdentity.of(US, RANDOM))).isNotEqualTo(first);
    }

    /** Static key and payload of our second message, as the peer reads them. */
    private byte[] proofOf(NoiseIdentity identity) {
        try (NoiseHandshake us = NoiseHandshake.responder(new NoiseOptions(identity, null, List.of()), RANDOM);
                XxHandshake peer = peer(true)) {
            us.onBytes(framed(Objects.requireNonNull(peer.write(NOTHING))));
            ByteBuf wire = Unpooled.buffer();
            us.write(wire);
            byte[] payload = Objects.requireNonNull(peer.read(message(wire)));
            return Bytes.concat(peer.remoteStatic(), payload);
        }
    }

    @Test
    void everyHandshakeHasAnEphemeralKeyOfItsOwn() {
        ByteBuf one = Unpooled.buffer();
        ByteBuf two = Unpooled.buffer();
        NoiseHandshake.initiator(options(List.of()), RANDOM).write(one);
        NoiseHandshake.initiator(options(List.of()), RANDOM).write(two);
        assertThat(ByteBufUtil.getBytes(one)).isNotEqualTo(ByteBufUtil.getBytes(two));
    }

    @RepeatedTest(10)
    void nothingThePeerSaysThrows(RandomGenerator random) {
        byte[] valid = payload(PEER, signature(PEER, peerStatic.publicKey()));
        for (int i = 0; i < 20; i++) {
            byte[] payload = Mutations.of(random, valid);
            called(payload.length > NoiseHandshake.PAYLOAD_LENGTH_MAX ? NOTHING : payload);
        }
        for (int i = 0; i < 20; i++) {
            NoiseHandshake responder = NoiseHandshake.responder(options(List.of()), RANDOM);
            NoiseResult result = Pending.INSTANCE;
            byte[] first = Bytes.concat(Hex.bytes("0020"), Bytes.random(random, 32), Bytes.any(random, 300));
            byte[] bytes = random.nextBoolean() ? Bytes.any(random, 300) : first;
            for (byte[] piece : Chunks.cut(random, bytes)) {
                if (result instanceof Pending) {
                    result = responder.onBytes(Unpooled.wrappedBuffer(piece));
                    responder.write(Unpooled.buffer());
                }
            }
            assertThat(result).isNotInstanceOf(Established.class);
        }
    }

    /** We dial; the peer answers with this payload. */
    private NoiseResult answered(byte[] payload) {
        NoiseHandshake us = NoiseHandshake.initiator(options(List.of()), RANDOM);
        XxHandshake peer = peer(false);
        ByteBuf wire = Unpooled.buffer();
        us.write(wire);
        peer.read(message(wire));
        return us.onBytes(framed(Objects.requireNonNull(peer.write(payload))));
    }

    /** The peer dials, and sends this payload in its last message. */
    private NoiseResult called(byte[] payload) {
        return called(payload, List.of());
    }

    private NoiseResult called(byte[] payload, List<String> muxers) {
        NoiseHandshake us = NoiseHandshake.responder(options(muxers), RANDOM);
        XxHandshake peer = peer(true);
        us.onBytes(framed(Objects.requireNonNull(peer.write(NOTHING))));
        ByteBuf wire = Unpooled.buffer();
        us.write(wire);
        peer.read(message(wire));
        return us.onBytes(framed(Objects.requireNonNull(peer.write(payload))));
    }

    private String muxerAfter(List<String> muxers) {
        byte[] payload = NoiseHandshakePayload.newBuilder()
                .setIdentityKey(ByteString.copyFrom(PEER.publicKey().encoded()))
                .setIdentitySig(ByteString.copyFrom(signature(PEER, peerStatic.publicKey())))
                .setExtensions(NoiseExtensions.newBuilder().addAllStreamMuxers(muxers))
                .build()
                .toByteArray();
        Established established = (Established) called(payload, List.of("/yamux/1.0.0"));
        return Objects.requireNonNullElse(established.muxer(), "none");
    }

    private XxHandshake peer(boolean initiator) {
        return new XxHandshake(initiator, peerStatic, CRYPTO.x25519KeyPair(RANDOM), NOTHING, CRYPTO);
    }

    private static NoiseOptions options(List<String> muxers) {
        return new NoiseOptions(PROOF, null, muxers);
    }

    private static byte[] payload(PrivateKey identity, byte[] signature) {
        return NoiseHandshakePayload.newBuilder()
                .setIdentityKey(ByteString.copyFrom(identity.publicKey().encoded()))
                .setIdentitySig(ByteString.copyFrom(signature))
                .build()
                .toByteArray();
    }

    private static byte[] signature(PrivateKey signer, byte[] staticKey) {
        return signer.sign(Bytes.concat("noise-libp2p-static-key:".getBytes(StandardCharsets.US_ASCII), staticKey));
    }

    private static byte[] message(ByteBuf wire) {
        byte[] all = ByteBufUtil.getBytes(wire);
        return Arrays.copyOfRange(all, 2, all.length);
    }

    private static ByteBuf framed(byte[] message) {
        return Unpooled.buffer().writeShort(message.length).writeBytes(message);
    }

    private static void assertReason(NoiseResult result, Reason reason) {
        assertThat(result).isInstanceOfSatisfying(Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(reason);
            assertThat(failed.why()).isNotBlank();
        });
    }
}
