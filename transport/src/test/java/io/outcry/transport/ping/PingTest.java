package io.outcry.transport.ping;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.Chunks;
import io.outcry.testkit.Seeds;
import io.outcry.testkit.VirtualClock;
import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Seeds.class)
class PingTest {

    private final VirtualClock clock = new VirtualClock();
    private final PingInitiator initiator = new PingInitiator(Seeds.random(1), PingInitiator.TIMEOUT_MS);
    private final PingResponder responder = new PingResponder();

    @Test
    void measuresTheRoundTripOfSeveralPingsOnOneStream() {
        for (int i = 1; i <= 3; i++) {
            byte[] asked = ask();
            assertThat(asked).hasSize(32);
            clock.advanceMs(i);
            assertThat(initiator.onBytes(echo(asked), clock.nowNs()))
                    .isEqualTo(new PingResult.Answered(i * 1_000_000L));
        }
    }

    @RepeatedTest(10)
    void echoesPayloadsHoweverTheyAreCut(RandomGenerator random) {
        byte[] payloads = Bytes.random(random, 32 * random.nextInt(20) + random.nextInt(32));
        ByteBuf out = Unpooled.buffer();
        for (byte[] piece : Chunks.cut(random, payloads)) {
            ByteBuf in = Unpooled.wrappedBuffer(piece);
            responder.onBytes(in, out);
            assertThat(in.isReadable()).isFalse();
            assertThat(out.readableBytes() % 32).isZero();
        }
        assertThat(ByteBufUtil.getBytes(out)).isEqualTo(Arrays.copyOf(payloads, payloads.length / 32 * 32));
        assertThat(responder.isBetween()).isEqualTo(payloads.length % 32 == 0);
    }

    @Test
    void anEchoMayComeInPieces() {
        byte[] asked = ask();
        for (int i = 0; i < 31; i++) {
            assertThat(initiator.onBytes(Unpooled.wrappedBuffer(asked, i, 1), clock.nowNs()))
                    .isInstanceOf(PingResult.Pending.class);
        }
        assertThat(initiator.onBytes(Unpooled.wrappedBuffer(asked, 31, 1), clock.nowNs()))
                .isInstanceOf(PingResult.Answered.class);
    }

    @Test
    void anEchoThatDiffersIsAViolation() {
        byte[] asked = ask();
        asked[31] ^= 1;
        assertThat(initiator.onBytes(Unpooled.wrappedBuffer(asked), clock.nowNs()))
                .isEqualTo(new PingResult.Violated("the echo differs at byte 31"));
        assertThatThrownBy(this::ask).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void bytesNobodyAskedForAreAViolation() {
        assertThat(initiator.onBytes(Unpooled.wrappedBuffer(new byte[1]), clock.nowNs()))
                .isInstanceOf(PingResult.Violated.class);
    }

    @Test
    void moreThanWasAskedForIsAViolation() {
        assertThat(initiator.onBytes(Unpooled.wrappedBuffer(ask(), new byte[1]), clock.nowNs()))
                .isInstanceOf(PingResult.Violated.class);
    }

    @Test
    void noAnswerInTimeIsATimeout() {
        assertThat(initiator.nextDeadlineNs()).isEqualTo(Long.MAX_VALUE);
        ask();
        assertThat(initiator.nextDeadlineNs()).isEqualTo(clock.nowNs() + 10_000_000_000L);
        clock.advanceMs(9_999);
        assertThat(initiator.onTick(clock.nowNs())).isInstanceOf(PingResult.Pending.class);
        clock.advanceMs(1);
        assertThat(initiator.onTick(clock.nowNs())).isInstanceOf(PingResult.TimedOut.class);
        assertThat(initiator.onTick(clock.nowNs())).isInstanceOf(PingResult.Pending.class);
    }

    @Test
    void askingTwiceAtATimeIsAMistake() {
        ask();
        assertThatThrownBy(this::ask).isInstanceOf(IllegalStateException.class);
    }

    private byte[] ask() {
        ByteBuf out = Unpooled.buffer();
        initiator.ask(out, clock.nowNs());
        return ByteBufUtil.getBytes(out);
    }

    private ByteBuf echo(byte[] asked) {
        ByteBuf out = Unpooled.buffer();
        responder.onBytes(Unpooled.wrappedBuffer(asked), out);
        return out;
    }
}
