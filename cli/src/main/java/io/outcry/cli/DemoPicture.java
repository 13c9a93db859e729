package io.outcry.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The demo as a person sees it: plain lines of at most 80 columns, made from a {@link Scene}; colours are added last. */
final class DemoPicture {

    static final int WIDTH = 80;
    private static final int BOOK_ROWS = 6;
    private static final int PEER_ROWS_MAX = 9;

    /** What is told of the past, as far as there are rows for it. */
    static final int HAPPENINGS_MAX = 5;

    private static final int STATE_AT = 14;
    private static final int MESH_AT = 26;
    private static final int MESH_WIDTH = 26;
    private static final int OPEN_ORDERS_AT = 48;
    private static final int DIGEST_AT = 64;
    private static final int DIGEST_WIDTH = 12;
    private static final int ASKS_AT = 22;
    private static final int TRADES_AT = 45;
    private static final int PRICE_WIDTH = 9;
    private static final int QUANTITY_WIDTH = 11;
    private static final String SETTLED = "settled";

    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String YELLOW = "\u001b[33m";
    private static final String BOLD = "\u001b[1m";
    private static final String DIM = "\u001b[2m";
    private static final String PLAIN = "\u001b[0m";
    private static final Map<String, String> STATE_COLOURS =
            Map.of("up ", GREEN, "dead ", RED, "joining ", YELLOW, "returning ", YELLOW);

    /**
     * One peer.
     *
     * @param state what it is doing: {@code up}, {@code dead}, {@code joining} …
     * @param mesh numbers of the peers in its mesh
     * @param digest first characters of its book's digest
     */
    record PeerLine(int number, String peerId, String state, List<Integer> mesh, int openOrders, String digest) {}

    /** One price level, as text. */
    record Level(String price, String quantity) {}

    /** One trade of the tape. */
    record TapeLine(String price, String quantity, int maker, int taker, boolean settled) {}

    /** What happened, in one sentence, and when. */
    record Happening(double seconds, String what) {}

    /**
     * Everything shown at one moment.
     *
     * @param sent orders handed in of {@code orders}
     * @param happenings the newest last; one at least
     */
    record Scene(
            String market,
            long seed,
            double seconds,
            int sent,
            int orders,
            int trades,
            int settled,
            long wireBytes,
            List<Happening> happenings,
            List<PeerLine> peers,
            List<Level> bids,
            List<Level> asks,
            List<TapeLine> tape) {}

    private DemoPicture() {}

    /** The picture; what happened takes the rows that are left of {@code rows}, and one at least. */
    static List<String> lines(Scene scene, int rows) {
        List<String> lines = new ArrayList<>();
        lines.add(cut(String.format(
                Locale.ROOT,
                " OUTCRY   %s   %d peers, no venue   seed %d   %.1f s",
                scene.market(),
                scene.peers().size(),
                scene.seed(),
                scene.seconds())));
        lines.add(cut(String.format(
                Locale.ROOT,
                " orders %d/%d   trades %d (%d settled)   wire %.2f MB",
                scene.sent(),
                scene.orders(),
                scene.trades(),
                scene.settled(),
                scene.wireBytes() / 1e6)));
        StringBuilder peerRule = rule();
        title(peerRule, 2, "peer");
        title(peerRule, STATE_AT, "state");
        title(peerRule, MESH_AT, "mesh");
        title(peerRule, OPEN_ORDERS_AT, "open orders");
        title(peerRule, DIGEST_AT, "its book");
        lines.add(peerRule.toString());
        int shown = Math.min(scene.peers().size(), PEER_ROWS_MAX);
        for (PeerLine peer : scene.peers().subList(0, shown)) {
            lines.add(peer(peer));
        }
        if (scene.peers().size() > shown) {
            lines.add(cut("    and " + (scene.peers().size() - shown) + " more"));
        }
        StringBuilder bookRule = rule();
        bookRule.setCharAt(ASKS_AT, '┬');
        bookRule.setCharAt(TRADES_AT, '┬');
        title(bookRule, 2, "bids, as peer 0");
        title(bookRule, ASKS_AT + 2, "asks");
        title(bookRule, TRADES_AT + 2, "trades, taker>maker");
        lines.add(bookRule.toString());
        for (int row = 0; row < BOOK_ROWS; row++) {
            lines.add(bookRow(scene, row));
        }
        lines.add(rule().toString());
        List<Happening> happenings = scene.happenings();
        int told = Math.max(1, Math.min(happenings.size(), rows - 1 - lines.size()));
        for (Happening happening : happenings.subList(happenings.size() - told, happenings.size())) {
            lines.add(cut(String.format(Locale.ROOT, " %5.1f s   %s", happening.seconds(), happening.what())));
        }
        return lines;
    }

    private static String peer(PeerLine peer) {
        StringBuilder mesh = new StringBuilder();
        for (int other : peer.mesh()) {
            mesh.append(mesh.isEmpty() ? "" : " ").append(other);
        }
        String id = peer.peerId();
        String tail = id.length() <= 8 ? id : ".." + id.substring(id.length() - 6);
        return cut(String.format(
                        Locale.ROOT,
                        " %2d %-8s  %-10s  %-" + MESH_WIDTH + "." + MESH_WIDTH + "s %6d     %s",
                        peer.number(),
                        tail,
                        peer.state(),
                        mesh,
                        peer.openOrders(),
                        peer.digest()
                                .substring(
                                        0, Math.min(DIGEST_WIDTH, peer.digest().length())))
                .stripTrailing());
    }

    private static String bookRow(Scene scene, int row) {
        String bid = row < scene.bids().size() ? bid(scene.bids().get(row)) : "";
        String ask = row < scene.asks().size() ? ask(scene.asks().get(row)) : "";
        String trade = row < scene.tape().size() ? trade(scene.tape().get(row)) : "";
        return cut(String.format(
                        Locale.ROOT, "%-" + ASKS_AT + "s│%-" + (TRADES_AT - ASKS_AT - 1) + "s│%s", bid, ask, trade)
                .stripTrailing());
    }

    private static String bid(Level level) {
        return right(level.quantity(), QUANTITY_WIDTH) + " " + right(level.price(), PRICE_WIDTH);
    }

    private static String ask(Level level) {
        return String.format(
                Locale.ROOT,
                " %-" + PRICE_WIDTH + "s %s",
                fit(level.price(), PRICE_WIDTH),
                right(level.quantity(), QUANTITY_WIDTH));
    }

    private static String trade(TapeLine trade) {
        String who = trade.taker() + ">" + trade.maker();
        int left = WIDTH - TRADES_AT - 1 - PRICE_WIDTH - who.length() - SETTLED.length() - 3;
        return right(trade.price(), PRICE_WIDTH) + " " + right(trade.quantity(), left) + " " + who + " "
                + (trade.settled() ? SETTLED : "...");
    }

    private static StringBuilder rule() {
        return new StringBuilder("─".repeat(WIDTH));
    }

    /** Writes a title into a rule, above a column that begins at {@code at}. */
    private static void title(StringBuilder rule, int at, String title) {
        String spaced = " " + title + " ";
        rule.replace(at - 1, at - 1 + spaced.length(), spaced);
    }

    private static String right(String decimal, int width) {
        String text = fit(decimal, width);
        return " ".repeat(width - text.length()) + text;
    }

    /** Leaves out decimals that find no room; a number that does not fit without them says that it goes on. */
    private static String fit(String decimal, int width) {
        if (decimal.length() <= width) {
            return decimal;
        }
        int point = decimal.indexOf('.');
        if (point < 0 || point > width) {
            return decimal.substring(0, width - 1) + "…";
        }
        return decimal.substring(0, point == width - 1 ? point : width);
    }

    private static String cut(String line) {
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH);
    }

    /** A line of the picture, or the beginning of one, in colours. */
    static String coloured(String line) {
        if (line.startsWith(" OUTCRY")) {
            return BOLD + line + PLAIN;
        }
        if (line.startsWith("─")) {
            return DIM + line + PLAIN;
        }
        int asks = line.indexOf('│');
        if (asks >= 0) {
            int trades = line.indexOf('│', asks + 1);
            int end = trades < 0 ? line.length() : trades;
            return GREEN + line.substring(0, asks) + PLAIN + "│" + RED + line.substring(asks + 1, end) + PLAIN
                    + line.substring(end);
        }
        for (Map.Entry<String, String> state : STATE_COLOURS.entrySet()) {
            if (line.startsWith(state.getKey(), STATE_AT)) {
                int end = STATE_AT + state.getKey().length();
                return line.substring(0, STATE_AT) + state.getValue() + state.getKey() + PLAIN + line.substring(end);
            }
        }
        return line;
    }
}
