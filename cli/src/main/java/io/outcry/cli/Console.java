package io.outcry.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The console page of a node: {@code /} for people, {@code /state.json} behind it, {@code /metrics} in Prometheus' text
 * form. Reads only; it can change nothing.
 *
 * <p>It answers to its own name, to addresses and to localhost, so that a page from elsewhere whose name was made to point here
 * (DNS rebinding) reads nothing; and nobody keeps a thread for longer than {@link #REQUEST_MAX_S}.
 *
 * <p><b>Threading</b>: a few daemon threads answer; the suppliers are called on them.
 */
final class Console implements AutoCloseable {

    /** Seconds for a request to come, and for its answer to leave. */
    private static final int REQUEST_MAX_S = 5;

    /** Requests at work at once; of those that wait in the kernel, {@link #BACKLOG} more. */
    private static final int THREADS = 4;

    private static final int BACKLOG = 16;
    private static final int WAITING_MAX = 64;
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int MISDIRECTED = 421;

    private final HttpServer server;
    private final ExecutorService threads;
    private final String ownName;
    private final byte[] page;

    private Console(HttpServer server, String ownName, byte[] page) {
        this.server = server;
        this.ownName = ownName;
        this.page = page;
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, 1, TimeUnit.MINUTES, new ArrayBlockingQueue<>(WAITING_MAX), task -> {
                    Thread t = new Thread(task, "console");
                    t.setDaemon(true);
                    return t;
                });
    }

    /** What the JDK's server reads once, before its first use in this process. */
    static void configure() {
        System.setProperty("sun.net.httpserver.maxReqTime", Integer.toString(REQUEST_MAX_S));
        System.setProperty("sun.net.httpserver.maxRspTime", Integer.toString(REQUEST_MAX_S));
        System.setProperty("sun.net.httpserver.maxReqHeaders", "50");
    }

    /** Starts at {@code HOST:PORT}. */
    static Console start(String hostAndPort, Supplier<String> stateJson, Supplier<String> metrics) {
        InetSocketAddress address = address(hostAndPort);
        configure();
        try (InputStream in = Console.class.getResourceAsStream("console.html")) {
            if (in == null) {
                throw new IllegalStateException("console.html is not in the jar: build again");
            }
            Console console = new Console(
                    HttpServer.create(address, BACKLOG),
                    address.getHostString().toLowerCase(Locale.ROOT),
                    in.readAllBytes());
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
        threads.shutdownNow();
    }

    private void serve(Supplier<String> stateJson, Supplier<String> metrics) {
        server.createContext("/", exchange -> {
            try (exchange) {
                answer(exchange, stateJson, metrics);
            } catch (RuntimeException e) {
                throw new IOException("the console could not answer", e); // the server closes the connection
            }
        });
        server.setExecutor(threads);
        server.start();
    }

    private void answer(HttpExchange exchange, Supplier<String> stateJson, Supplier<String> metrics)
            throws IOException {
        if (!isAddressedToUs(exchange.getRequestHeaders().getFirst("Host"))) {
            answer(exchange, MISDIRECTED, "text/plain; charset=utf-8", bytes("ask by address, not by this name\n"));
            return;
        }
        if (!exchange.getRequestMethod().equals("GET")) {
            exchange.getResponseHeaders().set("Allow", "GET");
            answer(exchange, METHOD_NOT_ALLOWED, "text/plain; charset=utf-8", bytes("GET only\n"));
            return;
        }
        switch (exchange.getRequestURI().getPath()) {
            case "/" -> answer(exchange, 200, "text/html; charset=utf-8", page);
            case "/state.json" -> answer(exchange, 200, "application/json", bytes(stateJson.get()));
            case "/metrics" -> answer(exchange, 200, "text/plain; version=0.0.4; charset=utf-8", bytes(metrics.get()));
            default -> answer(exchange, NOT_FOUND, "text/plain; charset=utf-8", bytes("there is no such page\n"));
        }
    }

    /** Whether a {@code Host} header names us: our name, localhost, or an address, which no DNS can turn to us. */
    boolean isAddressedToUs(@Nullable String host) {
        if (host == null) {
            return true; // HTTP/1.0, which no browser speaks
        }
        String name = host.toLowerCase(Locale.ROOT).replaceAll(":[0-9]*$", "");
        return name.equals(ownName)
                || name.equals("localhost")
                || name.matches("[0-9.]+")
                || name.matches("\\[[0-9a-f:.%]+\\]");
    }

    private static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.getResponseHeaders().set("X-Content-Type-Options", "nosniff");
        exchange.getResponseHeaders().set("Referrer-Policy", "no-referrer");
        exchange.getResponseHeaders()
                .set(
                        "Content-Security-Policy",
                        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline';"
                                + " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(status, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
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
