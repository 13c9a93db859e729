package io.outcry.conformance.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The foreign peers understand each other; what they then do not do with us is ours. */
final class ForeignPeersIT {

    static Stream<Arguments> pairs() {
        return Stream.of(
                Arguments.of(ForeignPeers.GO, ForeignPeers.JS, List.of(), "secp256k1"),
                Arguments.of(
                        ForeignPeers.JS, ForeignPeers.GO, List.of("--sign", "none", "--message-id", "sha256"), "rsa"));
    }

    @ParameterizedTest(name = "{0} dials {1} with {2} {3}")
    @MethodSource("pairs")
    void talkToEachOther(ForeignPeers dials, ForeignPeers listens, List<String> options, String key) {
        String[] words =
                Stream.concat(options.stream(), Stream.of("--key", key)).toArray(String[]::new);
        try (Program one = dials.start(words);
                Program other = listens.start(words)) {
            one.ask("subscribe news", "joined");
            other.ask("subscribe news", "joined");
            one.ask("connect " + other.address(), "connected");
            one.await("graft");
            other.await("graft");
            one.say("publish-many news 20 1024 0");
            other.say("publish-many news 20 1024 1000");
            assertThat(distinct(one.await("message", 20))).hasSize(20);
            assertThat(distinct(other.await("message", 20))).hasSize(20);
            assertThat(one.ask("ping " + other.address(), "ping").number("rttMs"))
                    .isNotNegative();
            assertThat(one.ask("identify " + other.address(), "identify").text("peer"))
                    .isEqualTo(other.peerId());
            assertThat(one.ask("echo " + other.address() + " 100000", "echo").whole("bytes"))
                    .isEqualTo(100_000);
            assertThat(one.quit()).isZero();
        }
    }

    private static List<String> distinct(List<Event> messages) {
        return messages.stream().map(e -> e.text("sha256")).distinct().toList();
    }
}
