package io.outcry.transport.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import io.outcry.testkit.LeakCheck;
import io.outcry.transport.noise.NoiseResult.Established;
import io.outcry.transport.noise.NoiseResult.Failed;
import io.outcry.transport.noise.NoiseResult.Pending;
import io.outcry.transport.noise.NoiseResult.Reason;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@ExtendWith(LeakCheck.class)
class NoiseHandshakeTest {

    private static final PrivateKey DIALER = PrivateKey.generate(KeyType.ED25519);
    private static final PrivateKey LISTENER = PrivateKey.generate(KeyType.ED25519);
    private static final SecureRandom RANDOM = new SecureRandom();

    @Test
    void bothRolesLearnEachOthersIdentity() {
        Ends ends = Ends.of(options(DIALER, LISTENER.peerId()), options(LISTENER, null));
        ends.run();
        assertThat(ends.dialer().peer()).isEqualTo(LISTENER.peerId());
        assertThat(ends.dialer().peerKey()).isEqualTo(LISTENER.publicKey());
        assertThat(ends.listener().peer()).isEqualTo(DIALER.peerId());
        assertThat(ends.listener().peerKey()).isEqualTo(DIALER.publicKey());
        ends.close();
    }

    @ParameterizedTest
    @EnumSource(KeyType.class)
    void everyKeyTypeCanProveItself(KeyType type) {
        PrivateKey key = PrivateKey.generate(type);
        Ends ends = Ends.of(options(key, LISTENER.peerId()), options(LISTENER, key.peerId()));
        ends.run();
        assertThat(ends.listener().peer()).isEqualTo(key.peerId());
        ends.close();
    }

    @Test
    void toleratesAnyCutOfTheBytes() {
        Ends ends = Ends.of(options(DIALER, LISTENER.peerId()), options(LISTENER, null));
        ends.pieceLength = 1;
        ends.run();
        assertThat(ends.listener().peer()).isEqualTo(DIALER.peerId());
        ends.close();
    }

    @Test
    void dialerRefusesAnotherPeerThanItDialled() {
        PeerId other = PrivateKey.generate(KeyType.ED25519).peerId();
        Ends ends = Ends.of(options(DIALER, other), options(LISTENER, null));
        ends.run();
        assertThat(ends.dialerResult).isInstanceOfSatisfying(Failed.class, failed -> {
            assertThat(failed.reason()).isEqualTo(Reason.PEER_MISMATCH);
            assertThat(failed.why())
                    .contains(other.toString(), LISTENER.peerId().toString());
        });
        assertThat(ends.listenerResult).isInstanceOf(Pending.class);
        assertThat(ends.listener.onEnd()).isInstanceOf(Failed.class);
        ends.close();
    }

    @Test
    void listenerChecksThePeerIfItExpectsOne() {
        PeerId other = PrivateKey.generate(KeyType.ED25519).peerId();
        Ends ends = Ends.of(options(DIALER, LISTENER.peerId()), options(LISTENER, other));
        ends.run();
        assertThat(ends.dialerResult).isInstanceOf(Established.class);
        assertThat(ends.listenerResult)
                .isInstanceOfSatisfying(
                        Failed.class, f -> assertThat(f.reason()).isEqualTo(Reason.PEER_MISMATCH));
        ends.close();
    }

    @Test
    void samePrologueIsAgreedOnWithoutSayingIt() {
        Ends ends = Ends.of(
                new NoiseOptions(proof(DIALER), null, List.of(), bytes("a room")),
                new NoiseOptions(proof(LISTENER), null, List.of(), bytes("a room")));
        ends.run();
        assertThat(ends.listener().peer()).isEqualTo(DIALER.peerId());
        ends.close();
    }

    @Test
    void anotherPrologueFails() {
        Ends ends = Ends.of(
                new NoiseOptions(proof(DIALER), null, List.of(), bytes("a room")),
                new NoiseOptions(proof(LISTENER), null, List.of(), bytes("another")));
        ends.run();
        assertThat(ends.dialerResult)
                .isInstanceOfSatisfying(
                        Failed.class, f -> assertThat(f.reason()).isEqualTo(Reason.FORGED));
        ends.close();
    }

    @Test
    void muxerIsTheFirstOfTheInitiatorsThatTheResponderListed() {
        Ends ends = Ends.of(
                new NoiseOptions(proof(DIALER), null, List.of("/c", "/b", "/a")),
                new NoiseOptions(proof(LISTENER), null, List.of("/a", "/b")));
        ends.run();
        assertThat(ends.dialer().muxer()).isEqualTo("/b");
        assertThat(ends.listener().muxer()).isEqualTo("/b");
        ends.close();
    }

    @Test
    void noCommonMuxerLeavesTheChoiceForLater() {
        Ends ends = Ends.of(
                new NoiseOptions(proof(DIALER), null, List.of("/c")),
                new NoiseOptions(proof(LISTENER), null, List.of("/a", "/b")));
        ends.run();
        assertThat(ends.dialer().muxer()).isNull();
        assertThat(ends.listener().muxer()).isNull();
        ends.close();
    }

    @Test
    void emptyMuxerListLeavesTheChoiceForLater() {
        Ends ends = Ends.of(
                new NoiseOptions(proof(DIALER), null, List.of()),
                new NoiseOptions(proof(LISTENER), null, List.of("/a", "/b")));
        ends.run();
        assertThat(ends.dialer().muxer()).isNull();
        assertThat(ends.listener().muxer()).isNull();
        ends.close();
    }

    @Test
    void refusesToGoOnAfterTheEnd() {
        Ends ends = Ends.of(options(DIALER, null), options(LISTENER, null));
        ends.run();
        ByteBuf more = PooledByteBufAllocator.DEFAULT.buffer().writeZero(10);
        assertThatThrownBy(() -> ends.listener.onBytes(more)).isInstanceOf(IllegalStateException.class);
        more.release();
        ends.close();
    }

    @Test
    void transportBytesGluedToTheLastMessageStayInTheBuffer() {
        Ends ends = Ends.of(options(DIALER, null), options(LISTENER, null));
        ByteBuf wire = PooledByteBufAllocator.DEFAULT.buffer();
        ends.dialer.write(wire);
        ends.listener.onBytes(wire);
        wire.clear();
        ends.listener.write(wire);
        Established dialer = (Established) ends.dialer.onBytes(wire);
        wire.clear();
        ends.dialer.write(wire);
        ByteBuf plain = PooledByteBufAllocator.DEFAULT.buffer().writeBytes(bytes("hello"));
        dialer.cipher().seal(plain, wire);
        Established listener = (Established) ends.listener.onBytes(wire);
        plain.clear();
        assertThat(listener.cipher().open(wire, plain)).isEqualTo(5);
        assertThat(plain.toString(StandardCharsets.UTF_8)).isEqualTo("hello");
        assertThat(wire.isReadable()).isFalse();
        wire.release();
        plain.release();
        dialer.cipher().close();
        listener.cipher().close();
    }

    static NoiseOptions options(PrivateKey identity, @Nullable PeerId expected) {
        return new NoiseOptions(proof(identity), expected, List.of());
    }

    static NoiseIdentity proof(PrivateKey identity) {
        return NoiseIdentity.of(identity, RANDOM);
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Two ends and a wire between them. */
    static final class Ends {
        final NoiseHandshake dialer;
        final NoiseHandshake listener;
        NoiseResult dialerResult = Pending.INSTANCE;
        NoiseResult listenerResult = Pending.INSTANCE;
        int pieceLength = Integer.MAX_VALUE;

        private Ends(NoiseHandshake dialer, NoiseHandshake listener) {
            this.dialer = dialer;
            this.listener = listener;
        }

        static Ends of(NoiseOptions dialer, NoiseOptions listener) {
            return new Ends(NoiseHandshake.initiator(dialer, RANDOM), NoiseHandshake.responder(listener, RANDOM));
        }

        void run() {
            while (dialer.hasOutput() || listener.hasOutput()) {
                if (dialer.hasOutput()) {
                    listenerResult = carry(dialer, listener, listenerResult);
                }
                if (listener.hasOutput()) {
                    dialerResult = carry(listener, dialer, dialerResult);
                }
            }
        }

        private NoiseResult carry(NoiseHandshake from, NoiseHandshake to, NoiseResult before) {
            ByteBuf wire = PooledByteBufAllocator.DEFAULT.buffer();
            try {
                from.write(wire);
                NoiseResult result = before;
                while (wire.isReadable() && result instanceof Pending) {
                    ByteBuf piece = wire.readRetainedSlice(Math.min(pieceLength, wire.readableBytes()));
                    result = to.onBytes(piece);
                    assertThat(piece.isReadable()).isFalse();
                    piece.release();
                }
                return result;
            } finally {
                wire.release();
            }
        }

        Established dialer() {
            return (Established) dialerResult;
        }

        Established listener() {
            return (Established) listenerResult;
        }

        void close() {
            dialer.close();
            listener.close();
            if (dialerResult instanceof Established established) {
                established.cipher().close();
            }
            if (listenerResult instanceof Established established) {
                established.cipher().close();
            }
        }
    }
}
