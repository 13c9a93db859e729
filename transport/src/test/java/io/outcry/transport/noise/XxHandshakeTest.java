package io.outcry.transport.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.outcry.core.crypto.Crypto;
import io.outcry.core.crypto.CryptoProvider;
import io.outcry.core.crypto.CryptoProvider.X25519KeyPair;
import io.outcry.testkit.Hex;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class XxHandshakeTest {

    private static final CryptoProvider CRYPTO = Crypto.preferred();
    private static final byte[] NOTHING = {};

    @ParameterizedTest
    @MethodSource("vectors")
    void saysWhatOtherImplementationsSay(Map<String, String> vector) {
        XxHandshake initiator = end(vector, true, "init_static", "gen_init_ephemeral");
        XxHandshake responder = end(vector, false, "resp_static", "gen_resp_ephemeral");
        for (int i = 0; i < 3; i++) {
            XxHandshake writer = i % 2 == 0 ? initiator : responder;
            XxHandshake reader = i % 2 == 0 ? responder : initiator;
            byte[] message = Objects.requireNonNull(writer.write(hex(vector, "msg_" + i + "_payload")));
            assertThat(message).isEqualTo(hex(vector, "msg_" + i + "_ciphertext"));
            assertThat(reader.read(message)).isEqualTo(hex(vector, "msg_" + i + "_payload"));
        }
        assertThat(initiator.handshakeHash()).isEqualTo(responder.handshakeHash());
        NoiseCipher first = initiator.split();
        NoiseCipher second = responder.split();
        assertThat(sealed(first, hex(vector, "msg_3_payload"))).isEqualTo(hex(vector, "msg_3_ciphertext"));
        assertThat(sealed(second, hex(vector, "msg_4_payload"))).isEqualTo(hex(vector, "msg_4_ciphertext"));
    }

    @Test
    void refusesPointsOfLowOrder() {
        byte[][] lowOrder = {
            new byte[32],
            Hex.bytes("0100000000000000000000000000000000000000000000000000000000000000"),
            Hex.bytes("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"),
            Hex.bytes("5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157"),
            Hex.bytes("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"),
        };
        for (byte[] point : lowOrder) {
            XxHandshake responder = fresh(false);
            assertThat(responder.read(point)).as("a message may carry any key").isEmpty();
            assertThat(responder.write(NOTHING)).as("but none is agreed on").isNull();
        }
    }

    @Test
    void refusesAlteredMessages() {
        for (int at = 0; at < 96; at++) {
            XxHandshake initiator = fresh(true);
            XxHandshake responder = fresh(false);
            responder.read(written(initiator));
            byte[] second = written(responder);
            second[at] ^= 1;
            assertThat(initiator.read(second)).as("byte " + at).isNull();
        }
        for (int at = 0; at < 64; at++) {
            XxHandshake initiator = fresh(true);
            XxHandshake responder = fresh(false);
            responder.read(written(initiator));
            initiator.read(written(responder));
            byte[] third = written(initiator);
            third[at] ^= 1;
            assertThat(responder.read(third)).as("byte " + at).isNull();
        }
    }

    @Test
    void refusesMessagesThatAreTooShort() {
        assertThat(fresh(false).read(new byte[31])).isNull();
        XxHandshake initiator = fresh(true);
        written(initiator);
        assertThat(initiator.read(new byte[95])).isNull();
    }

    @Test
    void eachEndWaitsForItsTurn() {
        assertThatThrownBy(() -> fresh(false).write(NOTHING)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> fresh(true).read(new byte[96])).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> fresh(true).split()).isInstanceOf(IllegalStateException.class);
    }

    static List<Map<String, String>> vectors() throws IOException {
        List<Map<String, String>> vectors = new ArrayList<>();
        try (InputStream in = XxHandshakeTest.class.getResourceAsStream("xx-25519-chachapoly-sha256.txt")) {
            assertThat(in).isNotNull();
            for (String block : new String(in.readAllBytes(), StandardCharsets.US_ASCII).split("\n\n")) {
                Map<String, String> vector = new HashMap<>();
                block.strip().lines().forEach(line -> {
                    int at = line.indexOf('=');
                    vector.put(line.substring(0, at), line.substring(at + 1));
                });
                vectors.add(vector);
            }
        }
        assertThat(vectors).hasSize(4);
        return vectors;
    }

    private static byte[] written(XxHandshake end) {
        return Objects.requireNonNull(end.write(NOTHING));
    }

    private static byte[] sealed(NoiseCipher cipher, byte[] plain) {
        ByteBuf out = Unpooled.buffer();
        cipher.seal(Unpooled.wrappedBuffer(plain), out);
        out.skipBytes(2);
        return ByteBufUtil.getBytes(out);
    }

    private static XxHandshake fresh(boolean initiator) {
        SecureRandom random = new SecureRandom();
        return new XxHandshake(initiator, CRYPTO.x25519KeyPair(random), CRYPTO.x25519KeyPair(random), NOTHING, CRYPTO);
    }

    private static XxHandshake end(
            Map<String, String> vector, boolean initiator, String staticName, String ephemeralName) {
        return new XxHandshake(
                initiator,
                keys(hex(vector, staticName)),
                keys(hex(vector, ephemeralName)),
                hex(vector, "prologue"),
                CRYPTO);
    }

    private static X25519KeyPair keys(byte[] privateKey) {
        return new X25519KeyPair(privateKey, CRYPTO.x25519PublicKey(privateKey));
    }

    private static byte[] hex(Map<String, String> vector, String name) {
        @Nullable String text = vector.get(name);
        return text == null ? NOTHING : Hex.bytes(text);
    }
}
