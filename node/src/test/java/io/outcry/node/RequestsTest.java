package io.outcry.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Varint;
import io.outcry.market.replica.RequestKind;
import io.outcry.testkit.VirtualClock;
import io.outcry.transport.StreamException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RequestsTest {

    private static final byte[] QUESTION = "what?".getBytes(UTF_8);
    private static final byte[] ANSWER = "that.".getBytes(UTF_8);

    private final VirtualClock clock =
            new VirtualClock(Long.MAX_VALUE - 5_000_000_000L); // passes the end of the numbers
    private final FakeStreams streams = new FakeStreams();
    private final PeerId peer = FakeStreams.somebody();
    private final List<CompletableFuture<byte[]>> answers = new ArrayList<>();
    private final Requests requests = new Requests(streams, clock::nowNs, (kind, from, request) -> {
        assertThat(kind).isEqualTo(RequestKind.SYNC);
        assertThat(from).isEqualTo(peer);
        assertThat(request).isEqualTo(QUESTION);
        answers.add(new CompletableFuture<>());
        return answers.get(answers.size() - 1);
    });

    private FakeStream asked() {
        return streams.opens(peer, RequestKind.SYNC.protocol());
    }

    private void patienceEnds() {
        clock.advanceToNs(requests.nextDeadlineNs());
        requests.doWork(clock.nowNs());
    }

    @Test
    void aQuestionIsAnsweredAndItsStreamForgotten() {
        FakeStream stream = asked();
        stream.receive(QUESTION);
        stream.remoteCloses();
        assertThat(stream.resets + stream.closes)
                .as("the answer is still to come")
                .isZero();
        answers.get(0).complete(ANSWER);
        assertThat(stream.frames()).containsExactly(ANSWER);
        assertThat(stream.closes).isEqualTo(1);
        stream.ends(null);
        assertThat(requests.open()).isZero();
        assertThat(requests.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void whoOpensAndAsksNothingKeepsNoStream() {
        FakeStream stream = asked();
        clock.advanceNs(Requests.PATIENCE_NS - 1);
        assertThat(requests.doWork(clock.nowNs())).isZero();
        assertThat(stream.resets).isZero();
        clock.advanceNs(1);
        assertThat(requests.doWork(clock.nowNs())).isEqualTo(1);
        assertThat(stream.resets).isEqualTo(1);
        assertThat(requests.open()).isZero();
    }

    @Test
    void whoAsksAndReadsNothingKeepsNoStream() {
        FakeStream stream = asked();
        stream.receive(QUESTION);
        answers.get(0).complete(ANSWER);
        patienceEnds();
        assertThat(stream.resets).isEqualTo(1);
    }

    @Test
    void aQuestionNobodyAnswersIsRefusedWithoutAWord() {
        FakeStream stream = asked();
        stream.receive(QUESTION);
        answers.get(0).completeExceptionally(new IllegalStateException("no such market"));
        assertThat(stream.written).isEmpty();
        assertThat(stream.resets).isEqualTo(1);
    }

    @Test
    void aSecondQuestionOrAnOversizedOneEndsTheStream() {
        FakeStream twice = asked();
        twice.receive(QUESTION);
        twice.receive(QUESTION);
        assertThat(twice.resets).isEqualTo(1);
        assertThat(answers).hasSize(1);
        FakeStream large = asked();
        large.receive(Unpooled.wrappedBuffer(Varint.encode(Requests.REQUEST_BYTES_MAX + 1)));
        assertThat(large.resets).isEqualTo(1);
        FakeStream mute = asked();
        mute.remoteCloses();
        assertThat(mute.resets).isEqualTo(1);
        assertThat(requests.open()).isZero();
    }

    @Test
    void oursIsAnsweredByTheFirstFrameOnly() {
        CompletableFuture<byte[]> answer = requests.ask(peer, RequestKind.SNAPSHOT, QUESTION);
        FakeStream stream = new FakeStream(peer);
        streams.dials.get(0).complete(stream);
        assertThat(stream.frames()).containsExactly(QUESTION);
        assertThat(stream.closes).isEqualTo(1);
        stream.receive(ANSWER);
        assertThat(answer).isCompleted();
        assertThat(answer.join()).isEqualTo(ANSWER);
        stream.receive(QUESTION);
        assertThat(stream.resets).isEqualTo(1);
    }

    @Test
    void oursFailsWithItsReason() {
        CompletableFuture<byte[]> unreachable = requests.ask(peer, RequestKind.SYNC, QUESTION);
        streams.dials
                .get(0)
                .completeExceptionally(new StreamException(StreamException.Reason.UNREACHABLE, "nobody there"));
        assertThat(unreachable).isCompletedExceptionally();

        CompletableFuture<byte[]> refused = requests.ask(peer, RequestKind.SYNC, QUESTION);
        FakeStream stream = new FakeStream(peer);
        streams.dials.get(1).complete(stream);
        stream.ends(null);
        assertThat(refused).isCompletedExceptionally();
        assertThat(requests.open()).isZero();
    }

    @Test
    void oursFailsWhenPatienceEndsWhereverItHangs() {
        CompletableFuture<byte[]> dialling = requests.ask(peer, RequestKind.SYNC, QUESTION);
        CompletableFuture<byte[]> open = requests.ask(peer, RequestKind.SYNC, QUESTION);
        FakeStream stream = new FakeStream(peer);
        streams.dials.get(1).complete(stream);
        patienceEnds();
        assertThat(dialling).isCompletedExceptionally();
        assertThat(open).isCompletedExceptionally();
        assertThat(stream.resets).isEqualTo(1);
        FakeStream late = new FakeStream(peer);
        streams.dials.get(0).complete(late);
        assertThat(late.resets).isEqualTo(1);
        assertThat(late.written).isEmpty();
    }

    @Test
    void anAnsweredStreamThatThePeerNeverClosesIsNotKept() {
        requests.ask(peer, RequestKind.SYNC, QUESTION);
        FakeStream stream = new FakeStream(peer);
        streams.dials.get(0).complete(stream);
        stream.receive(ANSWER);
        assertThat(requests.open()).isEqualTo(1);
        patienceEnds();
        assertThat(stream.resets).isEqualTo(1);
        assertThat(requests.open()).isZero();
    }

    @Test
    void closingLeavesNobodyWaiting() {
        CompletableFuture<byte[]> ours = requests.ask(peer, RequestKind.SYNC, QUESTION);
        FakeStream theirs = asked();
        requests.close();
        assertThat(ours).isCompletedExceptionally();
        assertThat(theirs.resets).isEqualTo(1);
        assertThat(requests.ask(peer, RequestKind.SYNC, QUESTION)).isCompletedExceptionally();
        assertThat(streams.serves(RequestKind.SYNC.protocol())).isFalse();
        assertThat(requests.open()).isZero();
    }
}
