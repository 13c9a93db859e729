package io.outcry.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Varint;
import io.outcry.market.MarketLimits;
import io.outcry.market.replica.RequestKind;
import io.outcry.transport.StreamException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TradeLinksTest {

    private final FakeStreams streams = new FakeStreams();
    private final PeerId peer = FakeStreams.somebody();
    private final List<byte[]> heard = new ArrayList<>();
    private boolean ours = true;
    private final TradeLinks links = new TradeLinks(streams, (from, envelope) -> {
        assertThat(from).isEqualTo(peer);
        heard.add(envelope);
        return ours;
    });

    private static byte[] frame(int number) {
        return new byte[] {(byte) number};
    }

    private FakeStream opened(int dial) {
        FakeStream stream = new FakeStream(peer);
        streams.dials.get(dial).complete(stream);
        return stream;
    }

    @Test
    void whatCameBeforeTheStreamOpenedIsSentFirstAndInOrder() {
        links.send(peer, frame(1));
        links.send(peer, frame(2));
        assertThat(streams.dials).as("one dial for all that wait").hasSize(1);
        FakeStream stream = opened(0);
        links.send(peer, frame(3));
        assertThat(stream.frames()).containsExactly(frame(1), frame(2), frame(3));
        assertThat(links.dropped()).isZero();
    }

    @Test
    void aPeerThatCannotBeReachedCostsNoPlaceAndIsTriedAgain() {
        links.send(peer, frame(1));
        links.send(peer, frame(2));
        streams.dials.get(0).completeExceptionally(new StreamException(StreamException.Reason.UNREACHABLE, "gone"));
        assertThat(links.dropped()).isEqualTo(2);
        assertThat(links.size()).isZero();
        links.send(peer, frame(3));
        assertThat(opened(1).frames()).containsExactly(frame(3));
    }

    @Test
    void onlySoMuchWaitsForADialOrForAPeerThatDoesNotRead() {
        for (int i = 0; i <= TradeLinks.WAITING_FRAMES_MAX; i++) {
            links.send(peer, frame(i));
        }
        assertThat(links.dropped()).isEqualTo(1);
        FakeStream stream = opened(0);
        assertThat(stream.frames()).hasSize(TradeLinks.WAITING_FRAMES_MAX);
        stream.queued = TradeLinks.QUEUED_BYTES_MAX + 1;
        links.send(peer, frame(1));
        assertThat(links.dropped()).isEqualTo(2);
        stream.queued = 0;
        links.send(peer, frame(2));
        assertThat(stream.frames()).hasSize(TradeLinks.WAITING_FRAMES_MAX + 1);
    }

    @Test
    void aStreamThatEndedIsReplacedByTheNextFrame() {
        links.send(peer, frame(1));
        opened(0).ends(new StreamException(StreamException.Reason.RESET_BY_PEER, "reset"));
        links.send(peer, frame(2));
        assertThat(opened(1).frames()).containsExactly(frame(2));
    }

    @Test
    void aPeerThatClosesItsUnusedHalfIsWrittenToAllTheSame() {
        links.send(peer, frame(1));
        FakeStream stream = opened(0);
        stream.remoteCloses();
        links.send(peer, frame(2));
        assertThat(stream.closes).isZero();
        assertThat(stream.frames()).containsExactly(frame(1), frame(2));
    }

    @Test
    void aDialThatEndsAfterItsPeerLeftKeepsNoStream() {
        links.send(peer, frame(1));
        links.onDisconnected(peer);
        links.send(peer, frame(2));
        FakeStream old = opened(0);
        FakeStream kept = opened(1);
        assertThat(old.closes).isEqualTo(1);
        assertThat(kept.closes).isZero();
        assertThat(kept.frames()).containsExactly(frame(2));
    }

    @Test
    void afterCloseNothingIsSentOrServed() {
        links.close();
        links.send(peer, frame(1));
        assertThat(streams.dials).isEmpty();
        assertThat(links.dropped()).isEqualTo(1);
        assertThat(streams.serves(RequestKind.TRADE_PROTOCOL)).isFalse();
    }

    @Test
    void framesOfPeersAreHeardUntilOneIsNoneOfOurs() {
        FakeStream stream = streams.opens(peer, RequestKind.TRADE_PROTOCOL);
        stream.receive(frame(1));
        assertThat(stream.resets).isZero();
        ours = false;
        stream.receive(frame(2));
        stream.receive(frame(3));
        assertThat(heard).containsExactly(frame(1), frame(2));
        assertThat(stream.resets).isEqualTo(1);
        assertThat(streams.misbehaviours).isEmpty();
    }

    @Test
    void aLengthThatNoEnvelopeHasIsMisbehaviour() {
        FakeStream stream = streams.opens(peer, RequestKind.TRADE_PROTOCOL);
        stream.receive(Unpooled.wrappedBuffer(Varint.encode(MarketLimits.ENVELOPE_BYTES_MAX + 1L)));
        assertThat(stream.resets).isEqualTo(1);
        assertThat(streams.misbehaviours).hasSize(1);
    }
}
