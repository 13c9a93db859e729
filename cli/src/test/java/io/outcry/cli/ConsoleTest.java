package io.outcry.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConsoleTest {

    private static final int PATIENCE_MS = 30_000;

    private final Console console = Console.start("127.0.0.1:0", () -> "{\"peer\":\"p\"}", () -> "m 1\n");
    private final int port = URI.create(console.url()).getPort();

    @AfterEach
    void close() {
        console.close();
    }

    private String ask(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write((request + "\r\nConnection: close\r\n\r\n").getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setSoTimeout(PATIENCE_MS);
        return socket;
    }

    @Test
    void servesThePageTheStateAndTheMetricsAndNothingElse() throws IOException {
        assertThat(ask("GET / HTTP/1.1\r\nHost: 127.0.0.1:" + port))
                .startsWith("HTTP/1.1 200")
                .contains("<!doctype html>", "frame-ancestors 'none'", "nosniff");
        assertThat(ask("GET /state.json HTTP/1.1\r\nHost: localhost:" + port)).endsWith("{\"peer\":\"p\"}");
        assertThat(ask("GET /metrics HTTP/1.1\r\nHost: [::1]:" + port)).endsWith("m 1\n");
        assertThat(ask("GET /state.jsonx HTTP/1.1\r\nHost: localhost")).startsWith("HTTP/1.1 404");
        assertThat(ask("POST /state.json HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0"))
                .startsWith("HTTP/1.1 405");
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:80", "localhost.evil.example", "127.0.0.1.evil.example", "x"})
    void aNameThatSomebodyElseMadePointHereReadsNothing(String host) throws IOException {
        assertThat(ask("GET /state.json HTTP/1.1\r\nHost: " + host))
                .startsWith("HTTP/1.1 421")
                .doesNotContain("peer");
    }

    @Test
    void whoSendsHalfARequestHoldsUpNobody() throws IOException {
        try (Socket one = connect();
                Socket two = connect()) {
            one.getOutputStream().write("GET / HT".getBytes(US_ASCII));
            two.getOutputStream().write("GET / HT".getBytes(US_ASCII));
            assertThat(ask("GET /state.json HTTP/1.1\r\nHost: localhost")).startsWith("HTTP/1.1 200");
            assertThat(one.getInputStream().read()).as("given up by the server").isLessThan(0);
        }
    }
}
