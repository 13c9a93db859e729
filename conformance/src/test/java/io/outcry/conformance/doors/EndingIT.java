package io.outcry.conformance.doors;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How verbs end, as processes: by a signal, by {@code quit}, with a stdout that nobody reads or that is closed. */
class EndingIT {

    /** A failure bound. */
    private static final long PATIENCE_S = 60;

    private static final String PEER = "12D3KooWSTRbaA4c4MLdWgBVNgHVbGT6qB2SkWZPUzgYKsDXwLZY";

    @TempDir
    private Path folder;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void end() {
        processes.forEach(Process::destroyForcibly);
    }

    private Process start(String line) throws IOException {
        Process process = new ProcessBuilder(Trader.command(line.split(" ")))
                .directory(folder.toFile())
                .redirectError(folder.resolve("stderr-" + processes.size()).toFile())
                .start();
        processes.add(process);
        return process;
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private static void type(Process process, String line) throws IOException {
        OutputStream stdin = process.getOutputStream();
        stdin.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        stdin.flush();
    }

    private static void assertEndsInOrder(Process process) throws InterruptedException {
        assertThat(process.waitFor(PATIENCE_S, TimeUnit.SECONDS)).as("it ends").isTrue();
        assertThat(process.exitValue()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "node --market M --json",
                "node --market M --json --bootstrap /ip4/127.0.0.1/tcp/1/p2p/" + PEER,
                "pubsub --topic T --json",
                "bootstrap --json",
                "perf --listen /ip4/127.0.0.1/tcp/0 --json",
                "demo --headless --json"
            })
    void aSignalEndsWhatListens(String verb) throws Exception {
        Process process = start(verb);
        assertThat(reader(process).readLine()).contains("\"event\":\"listening\"");
        process.destroy();
        assertEndsInOrder(process);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ping", "identify", "perf"})
    void aSignalEndsWhoWaitsForAnAnswer(String verb) throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Process process = start(verb + " /ip4/127.0.0.1/tcp/" + mute.getLocalPort() + "/p2p/" + PEER);
            mute.accept();
            process.destroy();
            assertEndsInOrder(process);
        }
    }

    @Test
    void quitEndsANodeWhoseStdoutNobodyReads() throws Exception {
        Process node = start("node --market M --json");
        for (int i = 0; i < 1_000; i++) { // far more than a pipe holds
            type(node, "peers");
            type(node, "book M");
        }
        type(node, "quit");
        assertEndsInOrder(node);
    }

    @Test
    void aSignalEndsANodeWhoseStdoutNobodyReads() throws Exception {
        Process node = start("node --market M --json");
        BufferedReader stdout = reader(node);
        assertThat(stdout.readLine()).contains("listening");
        for (int i = 0; i < 1_000; i++) {
            type(node, "book M");
        }
        node.destroy();
        assertEndsInOrder(node);
    }

    @Test
    void aNodeGoesOnWithoutStdoutUntilItIsAskedToQuit() throws Exception {
        Process bootstrap = start("bootstrap --json");
        String address = reader(bootstrap).readLine().replaceAll(".*\\[\"([^\"]*)\".*", "$1");
        Process node = start("node --market M --json --bootstrap " + address);
        BufferedReader stdout = reader(node);
        assertThat(stdout.readLine()).contains("listening");
        stdout.close();
        for (int i = 0; i < 10; i++) {
            type(node, "peers");
        }
        Process ping = start("ping " + address + " -c 1 --json");
        assertEndsInOrder(ping);
        assertThat(node.isAlive()).isTrue();
        type(node, "quit");
        assertEndsInOrder(node);
        bootstrap.destroy();
        assertEndsInOrder(bootstrap);
    }

    @Test
    void whatIsThereToBeReadEndsWithItsReader() throws Exception {
        Process pubsub = start("pubsub --topic T --json");
        BufferedReader stdout = reader(pubsub);
        assertThat(stdout.readLine()).contains("listening");
        stdout.close();
        type(pubsub, "hello");
        assertEndsInOrder(pubsub);
    }
}
