package io.outcry.conformance.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.conformance.interop.Ours.Heard;
import io.outcry.conformance.peers.Event;
import io.outcry.conformance.peers.ForeignPeers;
import io.outcry.conformance.peers.Program;
import io.outcry.core.identity.KeyType;
import io.outcry.gossip.Outcome;
import io.outcry.gossip.Publication;
import io.outcry.gossip.TopicOptions;
import io.outcry.gossip.message.MessageIds;
import io.outcry.testkit.LeakCheck;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** GossipSub beside js-libp2p and go-libp2p over yamux: every message once, whoever dialled, whoever signs. */
@ExtendWith(LeakCheck.class)
final class PubSubInteropIT {

    private static final String TOPIC = "news";
    private static final int COUNT = 1_000;
    private static final int SIZE = 1_024;
    /** Their messages begin here, so that no payload, and no id by content, is in both directions. */
    private static final int THEIRS_FIRST = 1_000_000;

    enum Signing {
        STRICT_ED25519(KeyType.ED25519),
        STRICT_SECP256K1(KeyType.SECP256K1),
        STRICT_RSA(KeyType.RSA),
        NONE(KeyType.ED25519);

        private final KeyType key;

        Signing(KeyType key) {
            this.key = key;
        }

        TopicOptions topics() {
            return this == NONE ? TopicOptions.UNSIGNED : TopicOptions.SIGNED;
        }

        String[] options() {
            String type = key.name().toLowerCase(Locale.ROOT);
            return this == NONE
                    ? new String[] {"--key", type, "--sign", "none", "--message-id", "sha256"}
                    : new String[] {"--key", type, "--sign", "strict", "--message-id", "from-seqno"};
        }
    }

    static Stream<Arguments> everyPair() {
        return Stream.of(ForeignPeers.values())
                .flatMap(kind -> Stream.of(Signing.values())
                        .flatMap(signing -> Stream.of(true, false).map(weDial -> Arguments.of(kind, signing, weDial))));
    }

    @ParameterizedTest(name = "{0} {1}, we dial: {2}")
    @MethodSource("everyPair")
    void aThousandMessagesEachWayNoneLostNoneTwice(ForeignPeers kind, Signing signing, boolean weDial)
            throws Exception {
        try (Ours ours = Ours.start(signing.key, signing.topics());
                Program theirs = kind.start(signing.options())) {
            ours.subscribe(TOPIC);
            theirs.ask("subscribe " + TOPIC, "joined");
            meet(ours, theirs, weDial);

            theirs.say("publish-many " + TOPIC + " " + COUNT + " " + SIZE + " " + THEIRS_FIRST);
            List<Publication> publications = publish(ours, TOPIC, 0, COUNT);

            List<Event> there = theirs.await("message", COUNT);
            List<Heard> here = ours.await(COUNT);
            theirs.await("published");
            for (Publication publication : publications) {
                Outcome outcome = publication.outcome().get(Program.TIMEOUT_S, TimeUnit.SECONDS);
                assertThat(outcome.status()).isEqualTo(Outcome.Status.WRITTEN);
            }

            assertThat(here).hasSize(COUNT);
            assertThat(ours.rest()).isEmpty();
            assertThat(theirs.all("message")).hasSize(COUNT);
            assertThat(here.stream().map(Heard::sha256).collect(Collectors.toSet()))
                    .isEqualTo(payloadHashes(THEIRS_FIRST));
            assertThat(there.stream().map(e -> e.text("sha256")).collect(Collectors.toSet()))
                    .isEqualTo(payloadHashes(0));
            assertThat(here.stream().map(Heard::id).distinct()).hasSize(COUNT);
            assertThat(here).allMatch(m -> m.from().equals(signing == Signing.NONE ? "" : theirs.peerId()));
            assertThat(there)
                    .allMatch(e -> signing == Signing.NONE
                            ? e.textOrNull("from") == null
                            : e.text("from").equals(ours.peerId()));
            assertThat(idsOf(publications))
                    .isEqualTo(there.stream().map(e -> e.text("id")).collect(Collectors.toSet()));
        }
    }

    @Test
    void aLineDeliversFromEndToEnd() throws Exception {
        try (Ours ours = Ours.start(KeyType.ED25519, TopicOptions.SIGNED);
                Program go = ForeignPeers.GO.start();
                Program js = ForeignPeers.JS.start()) {
            ours.subscribe(TOPIC);
            go.ask("subscribe " + TOPIC, "joined");
            js.ask("subscribe " + TOPIC, "joined");
            meet(ours, go, false);
            meet(ours, js, true);

            go.say("publish-many " + TOPIC + " 100 " + SIZE + " 0");
            js.say("publish-many " + TOPIC + " 100 " + SIZE + " " + THEIRS_FIRST);
            List<Event> atGo = go.await("message", 100);
            List<Event> atJs = js.await("message", 100);
            assertThat(atJs).hasSize(100).allMatch(e -> e.text("from").equals(go.peerId()));
            assertThat(atGo).hasSize(100).allMatch(e -> e.text("from").equals(js.peerId()));
            assertThat(atJs).allMatch(e -> e.text("via").equals(ours.peerId()));
            assertThat(atGo).allMatch(e -> e.text("via").equals(ours.peerId()));
            assertThat(ours.await(200)).hasSize(200);
        }
    }

    /** Nobody of us subscribes: we are the author and the path, by fanout. */
    @ParameterizedTest
    @MethodSource("kinds")
    void publishesToATopicItDidNotJoin(ForeignPeers kind) throws Exception {
        try (Ours ours = Ours.start(KeyType.ED25519, TopicOptions.SIGNED);
                Program theirs = kind.start()) {
            theirs.ask("subscribe " + TOPIC, "joined");
            ours.connect(theirs.address());
            ours.awaitSubscribed(TOPIC, theirs.peerId());
            Publication publication = ours.pubsub().publish(TOPIC, Ours.payload(1, SIZE));
            assertThat(publication
                            .outcome()
                            .get(Program.TIMEOUT_S, TimeUnit.SECONDS)
                            .status())
                    .isEqualTo(Outcome.Status.WRITTEN);
            assertThat(theirs.await("message").text("sha256")).isEqualTo(Ours.sha256(Ours.payload(1, SIZE)));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void messagesOfEverySizeArriveWhole(ForeignPeers kind) throws Exception {
        List<Integer> sizes = List.of(0, 1, 127, 128, 16_384, 65_536, 300_000, 900_000);
        try (Ours ours = Ours.start(KeyType.ED25519, TopicOptions.SIGNED.withMessageId(MessageIds.FROM_SEQNO));
                Program theirs = kind.start()) {
            ours.subscribe(TOPIC);
            theirs.ask("subscribe " + TOPIC, "joined");
            meet(ours, theirs, true);
            Set<String> wanted = new TreeSet<>();
            for (int size : sizes) {
                byte[] data = size < 4 ? new byte[size] : Ours.payload(size, size);
                wanted.add(Ours.sha256(data));
                ours.pubsub().publish(TOPIC, data);
            }
            assertThat(theirs.await("message", sizes.size()).stream().map(e -> e.text("sha256")))
                    .containsExactlyInAnyOrderElementsOf(wanted);
            theirs.say("publish " + TOPIC + " " + Base64.getEncoder().encodeToString(Ours.payload(7, 900_000)));
            assertThat(ours.await(1)).singleElement().extracting(Heard::length).isEqualTo(900_000);
        }
    }

    static Stream<ForeignPeers> kinds() {
        return Stream.of(ForeignPeers.values());
    }

    private static void meet(Ours ours, Program theirs, boolean weDial) throws Exception {
        if (weDial) {
            ours.connect(theirs.address());
        } else {
            theirs.ask("connect " + ours.address(), "connected");
        }
        ours.awaitGraft(TOPIC, theirs.peerId());
        theirs.await("graft", e -> e.text("peer").equals(ours.peerId()));
    }

    private static List<Publication> publish(Ours ours, String topic, int first, int count) {
        List<Publication> publications = new ArrayList<>();
        for (int i = first; i < first + count; i++) {
            publications.add(ours.pubsub().publish(topic, Ours.payload(i, SIZE)));
        }
        return publications;
    }

    private static Set<String> payloadHashes(int first) {
        return IntStream.range(first, first + COUNT)
                .mapToObj(i -> Ours.sha256(Ours.payload(i, SIZE)))
                .collect(Collectors.toSet());
    }

    private static Set<String> idsOf(List<Publication> publications) {
        return publications.stream()
                .map(p -> HexFormat.of().formatHex(p.id().orElseThrow().bytes()))
                .collect(Collectors.toSet());
    }
}
