package io.outcry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
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
