package io.outcry.transport.identify;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerRecord;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.identity.SignedEnvelope;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.Chunks;
import io.outcry.testkit.Hex;
import io.outcry.testkit.Mutations;
import io.outcry.testkit.Seeds;
import io.outcry.transport.identify.IdentifyResult.Complete;
import io.outcry.transport.identify.IdentifyResult.Pending;
import io.outcry.transport.identify.IdentifyResult.Violated;
import io.outcry.transport.wire.Identify;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Seeds.class)
class IdentifyTest {

    private static final PrivateKey PEER = PrivateKey.generate(KeyType.ED25519);
    private static final PrivateKey OTHER = PrivateKey.generate(KeyType.ED25519);
    private static final Multiaddr ONE = Multiaddr.parse("/ip4/10.0.0.1/tcp/4001");
    private static final Multiaddr TWO = Multiaddr.parse("/ip6/::1/tcp/4001");
    private static final Multiaddr SEEN = Multiaddr.parse("/ip4/1.2.3.4/tcp/5555");

    @Test
    void whatIsWrittenIsRead() {
        LocalIdentity local = local(List.of(ONE, TWO), List.of("/a", "/b"), record(PEER, ONE, TWO));
        byte[] written = written(local, SEEN);
        assertThat(parts(written)).hasSize(1);
        PeerClaims info = info(written);
        assertThat(info.agent()).isEqualTo("outcry/test");
        assertThat(info.protocolVersion()).isEqualTo("ipfs/0.1.0");
        assertThat(info.protocols()).containsExactly("/a", "/b");
        assertThat(info.addresses()).containsExactly(ONE, TWO);
        assertThat(info.observed()).isEqualTo(SEEN);
        assertThat(info.isCertified()).isTrue();
        assertThat(info.recordFault()).isNull();
    }

    @Test
    void whatIsNotToldStaysUnsaid() {
        PeerClaims info = info(Bytes.framed(new byte[0]));
        assertThat(info.agent()).isNull();
        assertThat(info.protocols()).isEmpty();
        assertThat(info.addresses()).isEmpty();
        assertThat(info.observed()).isNull();
        assertThat(info.record()).isNull();
    }

    @Test
    void aLargeMessageSendsItsRecordBehindIt() {
        List<String> protocols = IntStream.range(0, 100)
                .mapToObj(i -> "/some/long/protocol/name/" + i)
                .toList();
        byte[] written = written(local(List.of(ONE), protocols, record(PEER, ONE)), null);
        List<Identify> parts = parts(written);
        assertThat(parts).hasSize(2);
        assertThat(parts.get(0).hasSignedPeerRecord()).isFalse();
        assertThat(parts.get(0).getSerializedSize()).isLessThanOrEqualTo(4096);
        assertThat(parts.get(0).getProtocolsCount()).isEqualTo(100);
        assertThat(parts.get(0).getListenAddrsCount()).isOne();
        assertThat(parts.get(1).hasSignedPeerRecord()).isTrue();
        PeerClaims info = info(written);
        assertThat(info.protocols()).isEqualTo(protocols);
        assertThat(info.isCertified()).isTrue();
    }

    @Test
    void listsTooLongForOneMessageGoOnInOthers() {
        List<String> protocols = IntStream.range(0, 700)
                .mapToObj(i -> "/some/long/protocol/name/" + i)
                .toList();
        byte[] written = written(local(List.of(ONE, TWO), protocols, record(PEER, ONE)), SEEN);
        assertThat(parts(written))
                .hasSizeBetween(3, 10)
                .allSatisfy(part -> assertThat(part.getSerializedSize()).isLessThanOrEqualTo(4096));
        assertThat(parts(written).get(0).getListenAddrsCount()).isEqualTo(2);
        assertThat(info(written).protocols()).isEqualTo(protocols);
    }

    @Test
    void whatNobodyWouldReadIsNotSent() {
        List<String> protocols = IntStream.range(0, 5000)
                .mapToObj(i -> "/some/long/protocol/name/" + i)
                .toList();
        ByteBuf out = Unpooled.buffer();
        assertThat(IdentifyWriter.write(local(List.of(ONE), protocols, null), null, out))
                .isFalse();
        assertThat(parts(ByteBufUtil.getBytes(out))).hasSize(10);
    }

    @Test
    void laterScalarsWinAndListsAppendWithoutRepetition() {
        byte[] first = part(
                Identify.newBuilder().setAgentVersion("old").addProtocols("/a").addListenAddrs(bytes(ONE)));
        byte[] second = part(Identify.newBuilder()
                .setAgentVersion("new")
                .addProtocols("/a")
                .addProtocols("/b")
                .addListenAddrs(bytes(TWO)));
        PeerClaims info = info(Bytes.concat(first, second));
        assertThat(info.agent()).isEqualTo("new");
        assertThat(info.protocols()).containsExactly("/a", "/b");
        assertThat(info.addresses()).containsExactly(ONE, TWO);
    }

    @Test
    void anEleventhMessageOrALongOneIsAViolation() {
        byte[] empty = Bytes.framed(new byte[0]);
        byte[][] eleven = new byte[11][];
        Arrays.fill(eleven, empty);
        assertThat(read(Bytes.concat(Arrays.copyOf(eleven, 10)))).isInstanceOf(Complete.class);
        assertThat(read(Bytes.concat(eleven))).isInstanceOf(Violated.class);
        assertThat(read(Bytes.varint(8193))).isInstanceOf(Violated.class);
        assertThat(read(Hex.bytes("ffff01"))).isInstanceOf(Violated.class);
    }

    @Test
    void anotherKeyThanTheConnectionsIsAViolation() {
        assertThat(read(part(Identify.newBuilder()
                        .setPublicKey(ByteString.copyFrom(OTHER.publicKey().encoded())))))
                .isInstanceOf(Violated.class);
    }

    @Test
    void aSignedRecordIsPreferredToClaims() {
        PeerClaims info = info(part(Identify.newBuilder()
                .addListenAddrs(bytes(TWO))
                .setSignedPeerRecord(ByteString.copyFrom(record(PEER, ONE).encoded()))));
        assertThat(info.addresses()).containsExactly(ONE);
        assertThat(info.isCertified()).isTrue();
        assertThat(info.envelope()).isEqualTo(record(PEER, ONE).encoded());
    }

    @Test
    void aRecordThatIsNotTrueMakesClaimsUntold() {
        byte[] foreign = record(OTHER, ONE).encoded();
        byte[] forged = record(PEER, ONE).encoded();
        forged[forged.length - 1] ^= 1;
        for (byte[] record : List.of(foreign, forged, new byte[0], new byte[] {1, 2, 3})) {
            PeerClaims info = info(part(Identify.newBuilder()
                    .setAgentVersion("x")
                    .addListenAddrs(bytes(TWO))
                    .setSignedPeerRecord(ByteString.copyFrom(record))));
            assertThat(info.addresses()).isEmpty();
            assertThat(info.isCertified()).isFalse();
            assertThat(info.envelope()).isNull();
            assertThat(info.recordFault()).isNotBlank();
            assertThat(info.agent()).isEqualTo("x");
        }
    }

    @Test
    void addressesThatMakeNoSenseArePassedOver() {
        PeerClaims info = info(part(Identify.newBuilder()
                .addListenAddrs(ByteString.EMPTY)
                .addListenAddrs(ByteString.copyFrom(Hex.bytes("ffff")))
                .addListenAddrs(bytes(ONE.withPeer(PEER.peerId())))
                .addListenAddrs(bytes(TWO.withPeer(OTHER.peerId())))
                .setObservedAddr(ByteString.copyFrom(new byte[] {9}))));
        assertThat(info.addresses()).containsExactly(ONE);
        assertThat(info.observed()).isNull();
    }

    @Test
    void listsAreCapped() {
        List<byte[]> parts = new ArrayList<>();
        for (int p = 0; p < 10; p++) {
            Identify.Builder part = Identify.newBuilder();
            for (int i = 0; i < 200; i++) {
                part.addProtocols("/" + p + "/" + i);
                part.addListenAddrs(bytes(Multiaddr.parse("/ip4/10.0." + p + "." + i + "/tcp/1")));
            }
            part.addProtocols("/" + "x".repeat(2000));
            parts.add(part(part));
        }
        PeerClaims info = info(Bytes.concat(parts.toArray(byte[][]::new)));
        assertThat(info.protocols())
                .hasSize(1024)
                .allSatisfy(name -> assertThat(name).hasSizeLessThan(1024));
        assertThat(info.addresses()).hasSize(128);
    }

    @Test
    void textIsMadeFitToBeShown() {
        PeerClaims info = info(part(Identify.newBuilder().setAgentVersion("evil\r\n\u001b[31m" + "x".repeat(1000))));
        assertThat(info.agent()).startsWith("evil???[31mxxx").hasSize(256);
    }

    @Test
    void anEndInsideAMessageOrWithoutOneIsAViolation() {
        assertThat(read(new byte[0])).isInstanceOf(Violated.class);
        assertThat(read(Hex.bytes("80"))).isInstanceOf(Violated.class);
        assertThat(read(Hex.bytes("05 2a"))).isInstanceOf(Violated.class);
    }

    @RepeatedTest(10)
    void nothingThePeerSaysThrows(RandomGenerator random) {
        byte[] valid = written(local(List.of(ONE, TWO), List.of("/a", "/b"), record(PEER, ONE)), SEEN);
        for (int i = 0; i < 100; i++) {
            byte[] bytes = random.nextInt(5) == 0 ? Bytes.any(random, 9000) : Mutations.of(random, valid);
            IdentifyReader reader = new IdentifyReader(PEER.publicKey());
            for (byte[] piece : Chunks.cut(random, bytes)) {
                ByteBuf in = Unpooled.wrappedBuffer(piece);
                reader.onBytes(in);
                assertThat(in.isReadable()).isFalse();
            }
            assertThat(reader.onEnd()).isNotInstanceOf(Pending.class);
        }
    }

    private static IdentifyResult read(byte[] bytes) {
        IdentifyReader reader = new IdentifyReader(PEER.publicKey());
        for (byte b : bytes) {
            reader.onBytes(Unpooled.wrappedBuffer(new byte[] {b}));
        }
        return reader.onEnd();
    }

    private static PeerClaims info(byte[] bytes) {
        return ((Complete) read(bytes)).claims();
    }

    private static List<Identify> parts(byte[] bytes) {
        List<Identify> parts = new ArrayList<>();
        ByteArrayInputStream in = new ByteArrayInputStream(bytes);
        try {
            for (Identify part = Identify.parseDelimitedFrom(in);
                    part != null;
                    part = Identify.parseDelimitedFrom(in)) {
                parts.add(part);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return parts;
    }

    private static byte[] part(Identify.Builder part) {
        return Bytes.framed(part.build().toByteArray());
    }

    private static ByteString bytes(Multiaddr address) {
        return ByteString.copyFrom(address.bytes());
    }

    private static byte[] written(LocalIdentity local, @Nullable Multiaddr observed) {
        ByteBuf out = Unpooled.buffer();
        assertThat(IdentifyWriter.write(local, observed, out)).isTrue();
        return ByteBufUtil.getBytes(out);
    }

    private static SignedEnvelope record(PrivateKey key, Multiaddr... addresses) {
        return new PeerRecord(key.peerId(), 7, List.of(addresses)).toEnvelope(key);
    }

    private static LocalIdentity local(
            List<Multiaddr> addresses, List<String> protocols, @Nullable SignedEnvelope record) {
        return new LocalIdentity(PEER.publicKey(), addresses, protocols, "ipfs/0.1.0", "outcry/test", record);
    }
}
