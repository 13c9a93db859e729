package io.outcry.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * The console page of a node: {@code /} for people, {@code /state.json} behind it, {@code /metrics} in Prometheus' text
 * form. Reads only; it can change nothing.
 *
 * <p><b>Threading</b>: one daemon thread answers; the suppliers are called on it.
 */
final class Console implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService thread;
    private final byte[] page;

    private Console(HttpServer server, byte[] page) {
        this.server = server;
        this.page = page;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread t = new Thread(task, "console");
            t.setDaemon(true);
            return t;
        });
    }

    /** Starts at {@code HOST:PORT}. */
    static Console start(String hostAndPort, Supplier<String> stateJson, Supplier<String> metrics) {
        InetSocketAddress address = address(hostAndPort);
        try (InputStream in = Console.class.getResourceAsStream("console.html")) {
            if (in == null) {
                throw new IllegalStateException("console.html is not in the jar: build again");
            }
            Console console = new Console(HttpServer.create(address, 16), in.readAllBytes());
            console.serve(stateJson, metrics);
            return console;
        } catch (IOException e) {
            throw new VerbFailure(
                    "CONSOLE", "--console " + hostAndPort + ": " + e.getMessage() + "; choose another port");
        }
    }

    /** Where it listens, as a browser wants it. */
    String url() {
        InetSocketAddress at = server.getAddress();
        InetAddress host = at.getAddress();
        String name = host.isAnyLocalAddress() ? "localhost" : host.getHostAddress();
        return "http://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + at.getPort() + "/";
    }

    @Override
    public void close() {
        server.stop(0);
        thread.shutdownNow();
    }

    private void serve(Supplier<String> stateJson, Supplier<String> metrics) {
        server.createContext("/", exchange -> {
            boolean known = exchange.getRequestURI().getPath().equals("/");
            answer(exchange, known ? 200 : 404, "text/html; charset=utf-8", known ? page : new byte[0]);
        });
        server.createContext(
                "/state.json", exchange -> answer(exchange, 200, "application/json", bytes(stateJson.get())));
        server.createContext(
                "/metrics",
                exchange -> answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", bytes(metrics.get())));
        server.setExecutor(thread);
        server.start();
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
            exchange.getResponseHeaders()
                    .set(
                            "Content-Security-Policy",
                            "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'");
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Reads {@code HOST:PORT}. */
    static InetSocketAddress address(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        try {
            int port = Integer.parseInt(hostAndPort.substring(colon + 1));
            String host = hostAndPort.substring(0, Math.max(colon, 0)).replaceAll("^\\[|\\]$", "");
            if (colon > 0 && port >= 0 && port <= 0xffff) {
                InetSocketAddress address = new InetSocketAddress(host, port);
                if (!address.isUnresolved()) {
                    return address;
                }
            }
        } catch (NumberFormatException e) {
            // said below, with the value
        }
        throw new BadArgument("--console '" + hostAndPort + "' is not HOST:PORT, for example 127.0.0.1:8080");
    }
}
