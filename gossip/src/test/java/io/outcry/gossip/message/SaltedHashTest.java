package io.outcry.gossip.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.Hex;
import io.outcry.testkit.Seeds;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.random.RandomGenerator;
import org.bouncycastle.crypto.macs.SipHash128;
import org.bouncycastle.crypto.params.KeyParameter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** SipHash-2-4-128 against its authors' first vectors and BouncyCastle. */
@ExtendWith(Seeds.class)
class SaltedHashTest {

    private static byte[] result(SaltedHash hash) {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(hash.low())
                .putLong(hash.high())
                .array();
    }

    @Test
    void matchesThePublishedVectors() {
        ByteBuffer key =
                ByteBuffer.wrap(Hex.bytes("000102030405060708090a0b0c0d0e0f")).order(ByteOrder.LITTLE_ENDIAN);
        SaltedHash hash = new SaltedHash(new Salt(key.getLong(), key.getLong()));
        hash.hash(new byte[0]);
        assertThat(result(hash)).isEqualTo(Hex.bytes("a3817f04ba25a8e66df67214c7550293"));
        hash.hash(new byte[] {0});
        assertThat(result(hash)).isEqualTo(Hex.bytes("da87c1d86b99af44347659119b22fc45"));
    }

    @Test
    void agreesWithBouncyCastleOnArraysAndBuffers(RandomGenerator random) {
        for (int i = 0; i < 2000; i++) {
            byte[] key = Bytes.random(random, 16);
            byte[] data = Bytes.any(random, 100);
            SipHash128 oracle = new SipHash128();
            oracle.init(new KeyParameter(key));
            oracle.update(data, 0, data.length);
            byte[] expected = new byte[16];
            oracle.doFinal(expected, 0);
            ByteBuffer words = ByteBuffer.wrap(key).order(ByteOrder.LITTLE_ENDIAN);
            SaltedHash hash = new SaltedHash(new Salt(words.getLong(), words.getLong()));
            hash.hash(data);
            assertThat(result(hash)).isEqualTo(expected);
            hash.hash(Unpooled.wrappedBuffer(new byte[3], data, new byte[3]), 3, data.length);
            assertThat(result(hash)).isEqualTo(expected);
        }
    }
}
