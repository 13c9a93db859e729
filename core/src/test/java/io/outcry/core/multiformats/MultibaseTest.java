package io.outcry.core.multiformats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.testkit.Bytes;
import io.outcry.testkit.Seeds;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(Seeds.class)
class MultibaseTest {

    /** The "yes mani !" row of the multibase test vectors. */
    @ParameterizedTest
    @CsvSource({
        "BASE16, f796573206d616e692021",
        "BASE16_UPPER, F796573206D616E692021",
        "BASE32, bpfsxgidnmfxgsibb",
        "BASE32_UPPER, BPFSXGIDNMFXGSIBB",
        "BASE36, k2lcpzo5yikidynfl",
        "BASE36_UPPER, K2LCPZO5YIKIDYNFL",
        "BASE58BTC, z7paNL19xttacUY",
        "BASE64, meWVzIG1hbmkgIQ",
        "BASE64_URL, ueWVzIG1hbmkgIQ"
    })
    void matchesTheSpecificationsVectors(Multibase base, String text) {
        byte[] bytes = "yes mani !".getBytes(StandardCharsets.US_ASCII);
        assertThat(base.encode(bytes)).isEqualTo(text);
        assertThat(Multibase.decode(text)).isEqualTo(bytes);
    }

    @Test
    void roundTripsEveryBaseAndKeepsLeadingZeros(RandomGenerator random) {
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = Bytes.random(random, random.nextInt(60));
            for (int z = 0; z < bytes.length && z < random.nextInt(4); z++) {
                bytes[z] = 0;
            }
            for (Multibase base : Multibase.values()) {
                assertThat(Multibase.decode(base.encode(bytes))).as(base.name()).isEqualTo(bytes);
            }
        }
    }

    @Test
    void base36IsTheNumberInRadix36(RandomGenerator random) {
        for (int i = 0; i < 500; i++) {
            byte[] bytes = Bytes.random(random, 1 + random.nextInt(40));
            bytes[0] |= 1;
            assertThat(Multibase.BASE36.encodeBare(bytes)).isEqualTo(new BigInteger(1, bytes).toString(36));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "x00", "f0", "fxy", "bb", "b7", "z0", "zl", "u=", "uA", "k-", "f\u00e9", "ba\u0000aa"})
    void refusesForeignCharactersAndLeftOverBits(String text) {
        assertThatThrownBy(() -> Multibase.decode(text)).isInstanceOf(FormatException.class);
    }

    @Test
    void refusesTextThatWouldTakeLongToDecode() {
        assertThatThrownBy(() -> Multibase.decode("z" + "2".repeat(Multibase.TEXT_MAX + 1)))
                .isInstanceOf(FormatException.class)
                .hasMessageContaining("1025");
    }
}
