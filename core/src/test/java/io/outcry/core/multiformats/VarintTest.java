package io.outcry.core.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.Hex;
import io.outcry.testkit.Seeds;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VarintTest {

    @ParameterizedTest
    @CsvSource({
        "0, 00",
        "1, 01",
        "127, 7f",
        "128, 8001",
        "255, ff01",
        "300, ac02",
        "16384, 808001",
        "9223372036854775807, ffffffffffffffff7f"
    })
    void writesAndReadsTheSpecificationsExamples(long value, String hex) {
        assertThat(Varint.encode(value)).isEqualTo(Hex.bytes(hex));
        assertThat(Varint.sizeOf(value)).isEqualTo(hex.length() / 2);
        assertThat(Varint.read(Unpooled.wrappedBuffer(Hex.bytes(hex)))).isEqualTo(value);
        assertThat(Varint.read(Hex.bytes(hex), 0, hex.length() / 2)).isEqualTo(value);
    }

    @ParameterizedTest
    @ValueSource(strings = {"8000", "808000", "ff8000", "80808080808080808001", "ffffffffffffffffff01"})
    void refusesOverlongForms(String hex) {
        ByteBuf in = Unpooled.wrappedBuffer(Hex.bytes(hex));
        assertThat(Varint.read(in)).isEqualTo(Varint.MALFORMED);
        assertThat(in.readerIndex()).isZero();
        assertThat(Varint.read(Hex.bytes(hex), 0, hex.length() / 2)).isEqualTo(Varint.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "80", "ffff", "8080808080808080"})
    void waitsForTheRestAndPutsTheReaderIndexBack(String hex) {
        ByteBuf in = Unpooled.wrappedBuffer(Hex.bytes(hex));
        assertThat(Varint.read(in)).isEqualTo(Varint.INCOMPLETE);
        assertThat(in.readerIndex()).isZero();
        assertThat(Varint.read(Hex.bytes(hex), 0, hex.length() / 2)).isEqualTo(Varint.INCOMPLETE);
    }

    @Test
    @ExtendWith(Seeds.class)
    void agreesWithItselfOnEverythingItReads(RandomGenerator random) {
        for (int i = 0; i < 20_000; i++) {
            long value = random.nextLong() >>> (1 + random.nextInt(63));
            ByteBuf buffer = Unpooled.buffer();
            Varint.write(buffer, value);
            assertThat(buffer.readableBytes()).isEqualTo(Varint.sizeOf(value));
            assertThat(Varint.read(buffer)).isEqualTo(value);
            assertThat(buffer.readableBytes()).isZero();

            byte[] noise = Bytes.random(random, random.nextInt(12));
            long fromArray = Varint.read(noise, 0, noise.length);
            ByteBuf in = Unpooled.wrappedBuffer(noise);
            assertThat(Varint.read(in)).isEqualTo(fromArray);
            if (fromArray >= 0) {
                assertThat(in.readerIndex()).isEqualTo(Varint.sizeOf(fromArray));
            }
        }
    }

    @Test
    void refusesToWriteNegativeNumbers() {
        assertThatThrownBy(() -> Varint.encode(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Varint.sizeOf(Long.MIN_VALUE)).isInstanceOf(IllegalArgumentException.class);
    }
}
