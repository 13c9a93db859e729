package io.outcry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Verbs that listen, called in this JVM. */
class NodeVerbIT {

    private static final Pattern ADDRESS = Pattern.compile("(/ip4/[0-9.]+/tcp/[0-9]+/p2p/\\w+)");

    @Test
    void listeningIsTheFirstWordAndQuitTheLast() {
        Caller node = Caller.start("node", "--market", "M", "--json");
        node.hears("\"event\":\"ready\"");
        node.type("quit");
        Caller.Result result = node.result();
        assertThat(result.status()).isZero();
        assertThat(result.out().get(0)).startsWith("{\"event\":\"listening\",\"peer\":\"");
        assertThat(result.err()).singleElement().asString().contains("--data-dir");
    }

    @Test
    void theEndOfStdinStopsNothing() {
        try (Caller bootstrap = Caller.start("bootstrap", "--json")) {
            String address = address(bootstrap.hears("listening"));
            bootstrap.endStdin();
            assertThat(Caller.call("ping", address, "-c", "1", "--json").out())
                    .singleElement()
                    .asString()
                    .contains("{\"event\":\"ping\",\"seq\":0,\"rttMs\":");
            assertThat(Caller.call("identify", address, "--json").out())
                    .singleElement()
                    .asString()
                    .contains(
                            "\"agent\":\"outcry/",
                            "/rendezvous/1.0.0",
                            "\"observed\":\"/ip4/",
                            "\"signedRecord\":true");
            assertThat(bootstrap.isRunning()).isTrue();
            bootstrap.askToQuit();
            assertThat(bootstrap.result().status()).isZero();
        }
    }

    @Test
    void anUnreachableBootstrapIsOneWarningAndIsTriedAgain() throws IOException {
        int port = freePort();
        try (Caller bootstrap = Caller.start("bootstrap", "--json")) {
            String peer = address(bootstrap.hears("listening")).replaceAll(".*/p2p/", "");
            String nowhere = "/ip4/127.0.0.1/tcp/" + port + "/p2p/" + peer;
            try (Caller node = Caller.start("node", "--market", "M", "--json", "--bootstrap", nowhere)) {
                node.isWarned("unreachable", nowhere);
                node.hears("\"event\":\"ready\"");
                node.type("buy M 1 @ 1");
                node.hears("\"status\":\"accepted\"");
                node.type("quit");
                Caller.Result result = node.result();
                assertThat(result.status()).isZero();
                assertThat(result.err().stream().filter(line -> line.contains(nowhere)))
                        .hasSize(1);
            }
        }
    }

    @Test
    void anOrderOffTheGridIsRejectedWithTheNearestValues() {
        try (Caller node = Caller.start("node", "--market", "BTC/USDT:tick=0.5,lot=0.01", "--json")) {
            node.hears("\"event\":\"ready\"");
            node.type("buy BTC/USDT 1 @ 10.3");
            assertThat(node.hears("\"status\":\"rejected\"")).contains("10.3", "10", "10.5", "\"id\":null");
            node.type("sell BTC/USDT 0.015 @ 10");
            assertThat(node.hears("\"status\":\"rejected\"")).contains("0.015", "0.01", "0.02");
            node.type("buy BTC/USDT 1 @ -5");
            node.hears("\"status\":\"rejected\"", "-5");
            node.type("buy NOPE 1 @ 1");
            node.hears("\"event\":\"error\"", "NOPE", "BTC/USDT");
            node.type("dance");
            node.hears("\"event\":\"error\"", "dance");
            node.type("cancel nobody/1");
            node.hears("\"event\":\"error\"", "nobody/1");
            node.type("reduce " + PEER + "/1 x");
            node.hears("\"event\":\"error\"", PEER + "/1");
            node.type("book BTC/USDT 0");
            node.hears("\"event\":\"error\"", "depth '0'");
            node.type("orders");
            node.hears("{\"event\":\"orders\",\"orders\":[]}");
            node.type("peers");
            node.hears("{\"event\":\"peers\",\"peers\":[]}");
        }
    }

    @Test
    void whatIsTypedInOneBreathIsDoneInOrderAlsoBeforeQuit() {
        Caller node = Caller.start("node", "--market", "M", "--json");
        node.type("buy M 1 @ 5")
                .type("buy M 2 @ 6")
                .type("book M")
                .type("orders")
                .type("trades");
        node.type("sell M 9 @ 7").type("QUIT");
        Caller.Result result = node.result();
        assertThat(result.status()).isZero();
        String said = String.join("\n", result.out());
        assertThat(said)
                .contains("\"bids\":[[\"6\",\"2\",1],[\"5\",\"1\",1]]", "{\"event\":\"trades\",\"count\":0}")
                .doesNotContain("rejected");
        assertThat(said.split("\"status\":\"accepted\"", -1))
                .as("three accepted, two listed again")
                .hasSize(6);
    }

    @Test
    void aLineWithoutEndIsRefusedAndTheNextOneIsTaken() {
        try (Caller node = Caller.start("node", "--market", "M", "--json")) {
            node.hears("listening");
            node.type("x".repeat(100_000));
            node.hears("\"event\":\"error\"", "STDIN", "4096");
            node.type("").type(" ").type("peers\r");
            node.hears("{\"event\":\"peers\",\"peers\":[]}");
            for (String command : List.of(
                    "buy M 1e3 @ 1",
                    "buy M NaN @ 1",
                    "buy M 1 @ 99999999999999999999999999999999999999",
                    "sell M -1 @ 1",
                    "sell M 0 @ 1",
                    "sell M \u0661 @ 1")) {
                node.type(command);
                node.hears("\"status\":\"rejected\"", "\"id\":null");
            }
        }
    }

    @Test
    void aFloodOfLinesArrivesWhole() {
        int lines =
                4_000; // no more than may wait for the reader's stdout, and eight times what may wait for the reader
        try (Caller reader = Caller.start("pubsub", "--topic", "T", "--sign", "none", "--json")) {
            String address = address(reader.hears("listening"));
            try (Caller writer = Caller.start(
                    "pubsub", "--topic", "T", "--sign", "none", "--connect", address, "--trace", "--json")) {
                writer.hears("\"event\":\"graft\"");
                String pad = "x".repeat(8_000);
                for (int i = 0; i < lines; i++) {
                    writer.type(i + pad);
                }
                for (int i = 0; i < lines; i++) {
                    assertThat(writer.hears("\"event\":\"published\"")).contains("\"outcome\":\"written\"");
                }
                Set<String> left = new HashSet<>();
                for (int i = 0; i < lines; i++) {
                    left.add(Base64.getEncoder().encodeToString((i + pad).getBytes(StandardCharsets.UTF_8)));
                }
                for (int i = 0; i < lines; i++) { // signatures are checked side by side: the order is not promised
                    String message = reader.hears("\"event\":\"message\"");
                    assertThat(left.remove(message.replaceAll(".*\"data\":\"([^\"]*)\".*", "$1")))
                            .as("message %d", i)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void aLineIsPublishedByteByByte() {
        try (Caller reader = Caller.start("pubsub", "--topic", "@T", "--json")) {
            String address = address(reader.hears("listening"));
            try (Caller writer = Caller.start("pubsub", "--topic", "@T", "--connect", address, "--trace", "--json")) {
                writer.hears("\"event\":\"graft\"");
                writer.type(new byte[] {(byte) 0xff, 0, (byte) 0xc3, 0x28, '\r', 'x'});
                assertThat(reader.hears("\"event\":\"message\"")).contains("\"data\":\"/wDDKA14\"");
            }
        }
    }

    @Test
    void aPeerThatComesBackIsConnectedAgain(@TempDir Path folder) throws IOException {
        String listen = "/ip4/127.0.0.1/tcp/" + freePort();
        String key = folder.resolve("key").toString();
        String[] args = {"pubsub", "--topic", "T", "--json", "--listen", listen, "--key", key};
        Caller first = Caller.start(args);
        String address = address(first.hears("listening"));
        try (Caller ours = Caller.start("pubsub", "--topic", "T", "--connect", address, "--json")) {
            ours.hears("\"event\":\"peer-connected\"");
            first.close();
            ours.hears("\"event\":\"peer-disconnected\"");
            try (Caller second = Caller.start(args)) {
                second.hears("listening");
                ours.hears("\"event\":\"peer-connected\"");
            }
        }
    }

    private static final String PEER = "12D3KooWSTRbaA4c4MLdWgBVNgHVbGT6qB2SkWZPUzgYKsDXwLZY";

    @Test
    void anOrderComesBackAfterARestartAndADamagedJournalIsRefusedUntouched(@TempDir Path data) throws IOException {
        String[] args = {"node", "--market", "M", "--json", "--data-dir", data.toString()};
        try (Caller node = Caller.start(args)) {
            node.hears("\"event\":\"ready\"");
            node.type("buy M 2 @ 10");
            node.hears("\"status\":\"accepted\"");
            node.type("buy M 3 @ 11");
            node.hears("\"status\":\"accepted\"");

            Caller.Result locked = Caller.call(args);
            assertThat(locked.status()).isEqualTo(1);
            assertThat(locked.out().get(locked.out().size() - 1)).contains("\"event\":\"error\"", "journal", "lock");
            node.type("quit");
            assertThat(node.result().status()).isZero();
        }
        try (Caller node = Caller.start(args)) {
            node.hears("\"event\":\"ready\"");
            node.type("orders");
            assertThat(node.hears("\"event\":\"orders\""))
                    .contains("\"price\":\"10\"", "\"remaining\":\"2\"", "\"price\":\"11\"", "\"remaining\":\"3\"");
            node.type("quit");
            node.result();
        }
        Path journal = journalIn(data);
        byte[] bytes = Files.readAllBytes(journal);
        bytes[40 + 25 + 2] ^= 0x55; // inside the first record; others follow it
        Files.write(journal, bytes);
        Caller.Result refused = Caller.call(args);
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.out().get(refused.out().size() - 1))
                .contains("\"event\":\"error\"", "\"code\":\"DATA\"", journal.toString(), "offset 40");
        assertThat(Files.readAllBytes(journal)).isEqualTo(bytes);
    }

    @Test
    void aLineForATopicThatCannotBeIsRefusedAndTheNextOneIsTaken() {
        try (Caller pubsub = Caller.start("pubsub", "--topic", "T", "--stdin", "base64", "--json")) {
            pubsub.hears("listening");
            pubsub.type("\taGk=");
            pubsub.hears("\"event\":\"error\"", "''");
            pubsub.type("not base64!");
            pubsub.hears("\"event\":\"error\"", "base64");
            pubsub.type("aGk=");
            pubsub.hears("\"event\":\"published\"", "\"outcome\":\"queued\"", "\"peers\":0");
        }
    }

    private static Path journalIn(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(file -> file.endsWith("journal")).findFirst().orElseThrow();
        }
    }

    private static String address(String listening) {
        Matcher matcher = ADDRESS.matcher(listening);
        assertThat(matcher.find()).as(listening).isTrue();
        return matcher.group(1);
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
