package io.outcry.transport.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.outcry.testkit.Hex;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PerfTest {

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0", "0, 1", "100000, 7", "7, 100000", "65536, 65536"})
    void countsEveryByteBothWays(long upload, long download) {
        PerfClient client = new PerfClient(upload, download);
        PerfServer server = new PerfServer(1 << 20);
        ByteBuf wire = Unpooled.buffer();
        while (!client.uploadDone()) {
            assertThat(client.write(wire, 1000)).isEqualTo(wire.readableBytes());
            assertThat(server.onBytes(wire)).isTrue();
            wire.clear();
        }
        assertThat(server.received()).isEqualTo(upload);
        assertThat(server.write(wire, 1000))
                .as("nothing before the client's close")
                .isZero();
        assertThat(server.onEnd()).isTrue();
        while (!server.downloadDone()) {
            server.write(wire, 999);
            assertThat(client.onBytes(wire)).isTrue();
            wire.clear();
        }
        assertThat(client.received()).isEqualTo(download);
        assertThat(client.complete()).isTrue();
    }

    @Test
    void asksInBigEndian() {
        ByteBuf wire = Unpooled.buffer();
        new PerfClient(2, 0x0102).write(wire, 100);
        assertThat(ByteBufUtil.getBytes(wire)).isEqualTo(Hex.bytes("0000000000000102 0000"));
    }

    @Test
    void aQuestionMayComeByteByByte() {
        PerfServer server = new PerfServer(10);
        for (byte b : Hex.bytes("0000000000000003 ff")) {
            assertThat(server.onBytes(Unpooled.wrappedBuffer(new byte[] {b}))).isTrue();
        }
        assertThat(server.onEnd()).isTrue();
        ByteBuf out = Unpooled.buffer();
        assertThat(server.write(out, 100)).isEqualTo(3);
        assertThat(server.received()).isOne();
    }

    @Test
    void tooLargeAQuestionIsRefused() {
        assertThat(new PerfServer(10).onBytes(Unpooled.wrappedBuffer(Hex.bytes("000000000000000b"))))
                .isFalse();
        PerfServer server = new PerfServer(Long.MAX_VALUE);
        assertThat(server.onBytes(Unpooled.wrappedBuffer(Hex.bytes("8000000000000000"))))
                .isFalse();
        assertThat(server.onEnd()).isFalse();
    }

    @Test
    void anEndInsideTheQuestionIsRefused() {
        PerfServer server = new PerfServer(10);
        server.onBytes(Unpooled.wrappedBuffer(new byte[7]));
        assertThat(server.onEnd()).isFalse();
    }

    @Test
    void anAnswerTooLongOrTooShortIsNoticed() {
        PerfClient client = new PerfClient(0, 5);
        client.write(Unpooled.buffer(), 8);
        assertThat(client.onBytes(Unpooled.wrappedBuffer(new byte[4]))).isTrue();
        assertThat(client.complete()).isFalse();
        assertThat(client.onBytes(Unpooled.wrappedBuffer(new byte[2]))).isFalse();
        assertThat(client.complete()).isFalse();
        assertThatThrownBy(() -> new PerfClient(-1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
