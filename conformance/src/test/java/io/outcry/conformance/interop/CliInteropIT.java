package io.outcry.conformance.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.conformance.peers.Event;
import io.outcry.conformance.peers.ForeignPeers;
import io.outcry.conformance.peers.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The command line beside js-libp2p and go-libp2p: what somebody without a line of Java sees. */
final class CliInteropIT {

    private static final String TOPIC = "news";
    private static final int COUNT = 1_000;
    private static final int SIZE = 1_024;
    private static final int THEIRS_FIRST = 1_000_000;
    private static final long PERF_BYTES = 64L << 20;

    @TempDir
    private Path folder;

    @ParameterizedTest(name = "{0}, key {1}, sign {2}, we dial: {3}")
    @CsvSource({
        "JS, ed25519, strict, true",
        "JS, secp256k1, strict, false",
        "JS, rsa, strict, true",
        "JS, ed25519, none, false",
        "GO, ed25519, strict, false",
        "GO, secp256k1, strict, true",
        "GO, rsa, strict, false",
        "GO, ed25519, none, true"
    })
    void pubsub(ForeignPeers kind, String key, String sign, boolean weDial) throws Exception {
        String keyFile = folder.resolve("key").toString();
        try (Program id = Outcry.start("id", "--key", keyFile, "--type", key)) {
            assertThat(id.exitStatus()).isZero();
        }
        String messageId = sign.equals("none") ? "sha256" : "from-seqno";
        try (Program theirs = kind.start("--key", key, "--sign", sign, "--message-id", messageId)) {
            theirs.ask("subscribe " + TOPIC, "joined");
            List<String> arguments = new ArrayList<>(
                    List.of("--topic", TOPIC, "--key", keyFile, "--sign", sign, "--stdin", "base64", "--trace"));
            if (weDial) {
                Collections.addAll(arguments, "--connect", theirs.address());
            }
            try (Program ours = Outcry.start("pubsub", arguments.toArray(String[]::new))) {
                if (!weDial) {
                    theirs.ask("connect " + ours.address(), "connected");
                }
                ours.await("graft", e -> e.text("peer").equals(theirs.peerId()));
                theirs.await("graft", e -> e.text("peer").equals(ours.peerId()));
                exchange(ours, theirs);
                assertThat(ours.quit()).isZero();
            }
        }
    }

    private static void exchange(Program ours, Program theirs) {
        theirs.say("publish-many " + TOPIC + " " + COUNT + " " + SIZE + " " + THEIRS_FIRST);
        for (int i = 0; i < COUNT; i++) {
            ours.say(Base64.getEncoder().encodeToString(Ours.payload(i, SIZE)));
        }
        List<Event> there = theirs.await("message", COUNT);
        List<Event> here = ours.await("message", COUNT);
        List<Event> published = ours.await("published", COUNT);
        assertThat(published).allMatch(e -> e.text("outcome").equals("written"));
        assertThat(here).hasSize(COUNT);
        assertThat(there).hasSize(COUNT);
        assertThat(here.stream()
                        .map(e -> Ours.sha256(Base64.getDecoder().decode(e.text("data"))))
                        .collect(Collectors.toSet()))
                .isEqualTo(payloadHashes(THEIRS_FIRST));
        assertThat(there.stream().map(e -> e.text("sha256")).collect(Collectors.toSet()))
                .isEqualTo(payloadHashes(0));
        assertThat(idsOf(published)).isEqualTo(idsOf(there));
    }

    private static Set<String> idsOf(List<Event> events) {
        return events.stream().map(e -> e.text("id")).collect(Collectors.toSet());
    }

    private static Set<String> payloadHashes(int first) {
        return IntStream.range(first, first + COUNT)
                .mapToObj(i -> Ours.sha256(Ours.payload(i, SIZE)))
                .collect(Collectors.toSet());
    }

    @ParameterizedTest
    @EnumSource(ForeignPeers.class)
    void pingAndIdentify(ForeignPeers kind) {
        try (Program theirs = kind.start("--pubsub", "off")) {
            try (Program ping = Outcry.start("ping", theirs.address(), "-c", "3")) {
                assertThat(ping.await("ping", 3)).allMatch(e -> e.number("rttMs") > 0);
                assertThat(ping.exitStatus()).isZero();
            }
            try (Program identify = Outcry.start("identify", theirs.address())) {
                Event told = identify.await("identify");
                assertThat(told.text("peer")).isEqualTo(theirs.peerId());
                assertThat(told.texts("protocols")).contains("/ipfs/ping/1.0.0", "/outcry/test/echo/1.0.0");
                assertThat(told.flag("signedRecord")).isTrue();
                assertThat(identify.exitStatus()).isZero();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ForeignPeers.class)
    void isPingedAndIdentified(ForeignPeers kind) {
        try (Program ours = Outcry.start("pubsub", "--topic", TOPIC);
                Program theirs = kind.start("--pubsub", "off")) {
            assertThat(theirs.ask("ping " + ours.address(), "ping").number("rttMs"))
                    .isNotNegative();
            Event told = theirs.ask("identify " + ours.address(), "identify");
            assertThat(told.text("agent")).startsWith("outcry/");
            assertThat(told.texts("protocols")).contains("/meshsub/1.1.0", "/ipfs/ping/1.0.0");
            assertThat(ours.quit()).isZero();
        }
    }

    @Test
    void perfBothWays() {
        try (Program theirs = ForeignPeers.GO.start("--pubsub", "off")) {
            String count = Long.toString(PERF_BYTES);
            try (Program perf = Outcry.start("perf", theirs.address(), "--upload", count, "--download", count)) {
                Event done = perf.await("perf");
                assertThat(done.whole("uploadBytes")).isEqualTo(PERF_BYTES);
                assertThat(done.whole("downloadBytes")).isEqualTo(PERF_BYTES);
                assertThat(theirs.await("perf-served").whole("received")).isEqualTo(PERF_BYTES);
                assertThat(perf.exitStatus()).isZero();
            }
            try (Program server = Outcry.start("perf", "--listen", "/ip4/127.0.0.1/tcp/0")) {
                Event done = theirs.ask("perf " + server.address() + " " + count + " " + count, "perf");
                assertThat(done.whole("uploadBytes")).isEqualTo(PERF_BYTES);
                assertThat(done.whole("downloadBytes")).isEqualTo(PERF_BYTES);
                assertThat(server.quit()).isZero();
            }
        }
    }
}
