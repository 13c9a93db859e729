package io.outcry.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.transport.Host;
import io.outcry.transport.HostOptions;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every verb says in one line what was wrong, and leaves with the status that the contract names. */
class OutcryTest {

    private static final String PEER = "12D3KooWSTRbaA4c4MLdWgBVNgHVbGT6qB2SkWZPUzgYKsDXwLZY";
    private static final String NOBODY = "/ip4/127.0.0.1/tcp/1/p2p/" + PEER;

    /** Arguments, what the line must name, and the value it must repeat. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "NONE",
            value = {
                "NONE | verb | verb",
                "frobnicate | frobnicate | frobnicate",
                "demo --peers 2 | --peers | 2",
                "demo --peers many | --peers | many' is not a whole number",
                "demo --orders 0 | --orders | 0",
                "demo --market btc | --market | btc",
                "demo --seed 99999999999999999999 | --seed | 99999999999999999999' is not a whole number",
                "demo --input no/such.csv | --input no/such.csv | no such file",
                "demo more | more | more",
                "node | --market | --market",
                "node --market btc | --market | btc",
                "node --market BTC/USDT:tick=0 | --market | tick=0",
                "node --market M --market M:lot=1 | --market | twice",
                "node --market M --bootstrap here | --bootstrap | here",
                "node --market M --bootstrap /ip4/127.0.0.1/tcp/1 | --bootstrap | /p2p/",
                "node --market M --listen here | --listen | here",
                "node --market M --console 8080 | --console | 8080",
                "node --market M --console localhost:99999 | --console | 99999",
                "node --market M --frob | --frob | --frob",
                "pubsub | --topic | --topic",
                "pubsub --topic T --sign maybe | --sign | maybe",
                "pubsub --topic T --msg-id crc | --msg-id | crc",
                "pubsub --topic T --sign none --msg-id from-seqno | --msg-id | from-seqno",
                "pubsub --topic T --muxer tcp | --muxer | tcp",
                "pubsub --topic T --max-size 0 | --max-size | 0",
                "pubsub --topic T --max-size big | --max-size | big",
                "pubsub --topic T --stdin hex | --stdin | hex",
                "pubsub --topic T --connect there | --connect | there",
                "pubsub --topic T --listen there | --listen | there",
                "bootstrap --listen /ip4/300.0.0.1/tcp/1 | --listen | 300.0.0.1",
                "bootstrap more | more | more",
                "id --type dsa | --type | dsa",
                "ping | MA | MA",
                "ping here | MA | here",
                "ping /ip4/127.0.0.1/tcp/1 | MA | /ip4/127.0.0.1/tcp/1",
                "ping MA -c 0 | -c | 0",
                "identify here | MA | here",
                "perf | MA | --listen",
                "perf MA --upload -1 | --upload | -1",
                "perf MA --download some | --download | some",
                "replay | FILE | FILE",
                "replay x.bin --rounds 0 | --rounds | 0",
                "sim --peers 0 | --peers | 0",
                "sim --scenario sunny | --scenario | sunny",
                "sim --seed x | --seed | x",
            })
    void aWrongArgumentIsOneLineThatNamesItAndItsValue(String line, String argument, String value) {
        String[] args = line == null
                ? new String[0]
                : line.replace(" MA ", " " + NOBODY + " ").split(" ");

        Caller.Result people = Caller.call(args);
        assertThat(people.status()).as("%s", people).isEqualTo(2);
        assertThat(people.out()).isEmpty();
        assertThat(people.err()).singleElement().asString().contains(argument, value);

        if (args.length > 0) {
            List<String> withJson = new ArrayList<>(Arrays.asList(args));
            withJson.add("--json");
            Caller.Result script = Caller.call(withJson.toArray(String[]::new));
            assertThat(script.status()).isEqualTo(2);
            assertThat(script.out())
                    .singleElement()
                    .asString()
                    .startsWith("{\"event\":\"error\",\"code\":\"BAD_ARGUMENTS\",\"message\":")
                    .contains(argument, value);
        }
    }

    @Test
    void anEmptyTopicIsRefused() {
        Caller.Result result = Caller.call("pubsub", "--topic", "");
        assertThat(result.status()).isEqualTo(2);
        assertThat(result.err()).singleElement().asString().contains("--topic ''");
    }

    @ParameterizedTest
    @ValueSource(strings = {"demo", "node", "pubsub", "bootstrap", "id", "ping", "identify", "perf", "replay", "sim"})
    void everyVerbHasHelp(String verb) {
        Caller.Result result = Caller.call(verb, "--help");
        assertThat(result.status()).isZero();
        assertThat(result.err()).isEmpty();
        assertThat(String.join("\n", result.out())).contains("Usage: outcry " + verb, "--json");
        assertThat(String.join("\n", Caller.call("--help").out())).contains(verb);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ping", "identify", "perf"})
    void aPeerThatIsNotThereIsOneLineAndStatus1(String verb) {
        Caller.Result result = Caller.call(verb, NOBODY);
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.err()).singleElement().asString().contains(verb, NOBODY);
        assertThat(Caller.call(verb, NOBODY, "--json").out())
                .singleElement()
                .asString()
                .contains("\"code\":\"UNREACHABLE\"");
    }

    @Test
    void aPeerThatSaysNothingIsGivenUp() throws IOException {
        try (ServerSocket mute = new ServerSocket(0)) {
            Caller.Result result = Caller.call("ping", "/ip4/127.0.0.1/tcp/" + mute.getLocalPort() + "/p2p/" + PEER);
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.err()).singleElement().asString().contains("no answer within 7 s");
        }
    }

    /** A peer that takes the perf stream and then neither sends nor reads. */
    @ParameterizedTest
    @ValueSource(strings = {"--upload", "--download"})
    void bytesThatDoNotMoveAreGivenUp(String way) {
        HostOptions options = HostOptions.builder()
                .listen("/ip4/127.0.0.1/tcp/0")
                .servePerf(false)
                .build();
        try (Host idle = Host.start(options)) {
            idle.handle("/perf/1.0.0", stream -> stream.autoCredit(false));
            String address = idle.peerAddresses().get(0).toString();
            Caller.Result result = Caller.call("perf", address, way, "100000000", "--json");
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.out())
                    .singleElement()
                    .asString()
                    .contains("\"code\":\"PERF\"", "no bytes moved", address);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"node --market M", "pubsub --topic T", "bootstrap", "perf"})
    void aPortInUseIsOneLineAndStatus1(String verb) throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            String address = "/ip4/127.0.0.1/tcp/" + taken.getLocalPort();
            List<String> args = new ArrayList<>(List.of(verb.split(" ")));
            args.addAll(List.of("--listen", address, "--json"));
            Caller.Result result = Caller.call(args.toArray(String[]::new));
            assertThat(result.status()).isEqualTo(1);
            assertThat(result.out())
                    .singleElement()
                    .asString()
                    .contains("\"code\":\"LISTEN\"", Integer.toString(taken.getLocalPort()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"node --market M", "pubsub --topic T", "bootstrap", "id"})
    void aCorruptKeyIsOneLineAndIsLeftAlone(String verb, @TempDir Path folder) throws IOException {
        Path key = Files.write(folder.resolve("key"), new byte[] {8, 1, 18, 64, 1, 2, 3});
        List<String> args = new ArrayList<>(List.of(verb.split(" ")));
        args.addAll(List.of("--key", key.toString(), "--json"));
        Caller.Result result = Caller.call(args.toArray(String[]::new));
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out()).singleElement().asString().contains("\"code\":\"KEY\"", key.toString());
        assertThat(Files.readAllBytes(key)).containsExactly(8, 1, 18, 64, 1, 2, 3);
    }

    @Test
    void aKeyIsMadeOnceAndKept(@TempDir Path folder) {
        String key = folder.resolve("deep/key").toString();
        Caller.Result made = Caller.call("id", "--key", key, "--json");
        assertThat(made.status()).isZero();
        assertThat(made.err()).singleElement().asString().contains(key);
        Caller.Result kept = Caller.call("id", "--key", key, "--json");
        assertThat(kept.out()).isEqualTo(made.out());
        assertThat(kept.err()).isEmpty();
        assertThat(Caller.call("id", "--key", key, "--type", "rsa").status()).isEqualTo(2);
    }

    @Test
    void aReplayOfWhatIsNoStreamNamesTheOffset(@TempDir Path folder) throws IOException {
        Path cut = Files.write(folder.resolve("cut.bin"), stream(2, 1));
        Caller.Result result = Caller.call("replay", cut.toString(), "--json");
        assertThat(result.status()).isEqualTo(1);
        assertThat(result.out()).singleElement().asString().contains("MALFORMED", cut.toString(), "56", "record 1");

        byte[] odd = stream(1, 1);
        odd[16] = 9;
        Path wrong = Files.write(folder.resolve("wrong.bin"), odd);
        assertThat(Caller.call("replay", wrong.toString()).err())
                .singleElement()
                .asString()
                .contains(wrong.toString(), "16", "9 is not a message type");

        Path zipped = Files.write(folder.resolve("cut.bin.gz"), new byte[] {0x1f, (byte) 0x8b, 8, 0, 0, 0});
        assertThat(Caller.call("replay", zipped.toString()).status()).isEqualTo(1);
        assertThat(Caller.call("replay", folder.resolve("none").toString()).err())
                .singleElement()
                .asString()
                .contains("none");
        assertThat(Caller.call("replay", folder.toString()).status()).isEqualTo(1);
    }

    @Test
    void aReplayGivesItsFigures(@TempDir Path folder) throws IOException {
        Path file = Files.write(folder.resolve("one.bin"), stream(1, 1));
        Path reports = folder.resolve("reports.txt");
        Caller.Result result =
                Caller.call("replay", file.toString(), "--rounds", "1", "--reports", reports.toString(), "--json");
        assertThat(result.status()).isZero();
        assertThat(result.out())
                .singleElement()
                .asString()
                .contains("\"event\":\"replay\",\"messages\":1,\"trades\":0,\"quantity\":0,\"sha256\":\"");
        assertThat(Files.readString(reports)).isEqualTo("0,0,0,7,100,5");
    }

    @Test
    void textFromElsewhereCannotBreakALine() {
        assertThat(Speaker.oneLine("a\r\nb\u001b[2Jc\u0000")).isEqualTo("a  b [2Jc");
        assertThat(Speaker.oneLine("a\u202egnp\u2028b\u009bc")).isEqualTo("a gnp b c");
    }

    /** A stream whose header promises {@code promised} records, and that has {@code present}. */
    private static byte[] stream(int promised, int present) {
        ByteBuffer bytes = ByteBuffer.allocate(16 + 40 * present).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(0, "OBSTREAM".getBytes(StandardCharsets.US_ASCII)).putInt(12, promised);
        for (int i = 0; i < present; i++) {
            int at = 16 + 40 * i;
            bytes.putInt(at + 4, 5).putLong(at + 8, i).putLong(at + 16, 7 + i).putLong(at + 24, 100);
        }
        return bytes.array();
    }
}
