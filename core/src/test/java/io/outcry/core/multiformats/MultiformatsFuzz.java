package io.outcry.core.multiformats;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.core.identity.KeyException;
import io.outcry.core.identity.PeerId;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.Mutations;
import io.outcry.testkit.Seeds;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Seeds.class)
class MultiformatsFuzz {

    private static final int ROUNDS = 10_000;

    private static final List<Multiaddr> SEEDS = List.of(
            Multiaddr.parse("/ip4/127.0.0.1/tcp/4001"),
            Multiaddr.parse("/ip6zone/eth0/ip6/fe80::1/udp/1/quic-v1"),
            Multiaddr.parse("/dns4/example.com/tcp/443/wss/p2p/QmdPU7PfRyKehdrP5A3WqmjyD6bhVpU1mLGKppa2FjGDjZ"),
            Multiaddr.parse(
                    "/ip4/127.0.0.1/udp/1/quic-v1/webtransport/certhash/uEiDDq4_xNyDorZBH3TlGazyJdOWSwvo4PUo5YHFMrvDE8g"),
            Multiaddr.parse("/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:1234"),
            Multiaddr.parse("/unix/%2Ftmp%2Fp2p.sock"));

    @Test
    void bytesAreAnAddressOrRefusedAndWhatIsReadIsWrittenAlike(RandomGenerator random) {
        for (int i = 0; i < ROUNDS; i++) {
            byte[] one = SEEDS.get(random.nextInt(SEEDS.size())).bytes();
            byte[] other = SEEDS.get(random.nextInt(SEEDS.size())).bytes();
            byte[] bytes = random.nextBoolean() ? Mutations.of(random, one) : Mutations.splice(random, one, other);
            Multiaddr read = Multiaddr.tryFrom(bytes);
            if (read != null) {
                assertThat(read.bytes()).isEqualTo(bytes);
                assertThat(Multiaddr.of(read.components())).isEqualTo(read);
                assertThat(Multiaddr.parse(read.toString())).isEqualTo(read);
                read.peerId();
                read.ip();
            }
        }
    }

    @Test
    void textIsAnAddressOrRefused(RandomGenerator random) {
        for (int i = 0; i < ROUNDS; i++) {
            char[] text = SEEDS.get(random.nextInt(SEEDS.size())).toString().toCharArray();
            for (int n = random.nextInt(4); n >= 0; n--) {
                text[random.nextInt(text.length)] = "/:.%09azA-\u0000\u00e9\uffff".charAt(random.nextInt(13));
            }
            try {
                Multiaddr read = Multiaddr.parse(new String(text));
                assertThat(Multiaddr.fromBytes(read.bytes())).isEqualTo(read);
            } catch (MultiaddrException refused) {
                assertThat(refused).hasMessageContaining("no multiaddr");
            }
        }
    }

    @Test
    void peerIdsFromBytesAndTextAreReadOrRefused(RandomGenerator random) {
        PeerId seed = PeerId.parse("QmdPU7PfRyKehdrP5A3WqmjyD6bhVpU1mLGKppa2FjGDjZ");
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = random.nextBoolean() ? Mutations.of(random, seed.bytes()) : Bytes.any(random, 50);
            PeerId read = PeerId.tryFrom(bytes);
            if (read != null) {
                assertThat(PeerId.parse(read.toString())).isEqualTo(read);
                assertThat(PeerId.parse(read.toCid().toString())).isEqualTo(read);
                read.inlineKey();
            }
            char[] text = seed.toString().toCharArray();
            text[random.nextInt(text.length)] = (char) random.nextInt(300);
            try {
                PeerId.parse(new String(text));
            } catch (KeyException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }
}
