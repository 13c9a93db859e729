package io.outcry.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The demo as a person sees it: plain lines of at most 80 columns, made from a {@link Scene}; colours are added last. */
final class DemoPicture {

    static final int WIDTH = 80;
    private static final int BOOK_ROWS = 6;
    private static final int PEER_ROWS_MAX = 9;

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

    /**
     * Everything shown at one moment.
     *
     * @param sent orders handed in of {@code orders}
     * @param happening what is going on, one sentence
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
            String happening,
            List<PeerLine> peers,
            List<Level> bids,
            List<Level> asks,
            List<TapeLine> tape) {}

    private DemoPicture() {}

    static List<String> lines(Scene scene) {
        List<String> lines = new ArrayList<>();
        lines.add(cut(String.format(
                Locale.ROOT,
                " OUTCRY   %s   %d peers   seed %d   %.1f s",
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
        lines.add(rule("peers"));
        int shown = Math.min(scene.peers().size(), PEER_ROWS_MAX);
        for (PeerLine peer : scene.peers().subList(0, shown)) {
            lines.add(peer(peer));
        }
        if (scene.peers().size() > shown) {
            lines.add(cut("    and " + (scene.peers().size() - shown) + " more"));
        }
        lines.add(cut("─ book " + "─".repeat(39) + "┬─ trades " + "─".repeat(WIDTH)));
        for (int row = 0; row < BOOK_ROWS; row++) {
            lines.add(bookRow(scene, row));
        }
        lines.add(rule(""));
        lines.add(cut(" " + scene.happening()));
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
                " %2d %-8s %-11s mesh %-19s open %4d  book %-8s",
                peer.number(),
                tail,
                peer.state(),
                mesh,
                peer.openOrders(),
                peer.digest().substring(0, Math.min(8, peer.digest().length()))));
    }

    private static String bookRow(Scene scene, int row) {
        String bid = row < scene.bids().size() ? side(scene.bids().get(row), false) : " ".repeat(22);
        String ask = row < scene.asks().size() ? side(scene.asks().get(row), true) : " ".repeat(22);
        String trade = "";
        if (row < scene.tape().size()) {
            TapeLine t = scene.tape().get(row);
            trade = String.format(
                    Locale.ROOT,
                    "%9s x%-10s %d>%d %s",
                    fit(t.price(), 9),
                    fit(t.quantity(), 10),
                    t.taker(),
                    t.maker(),
                    t.settled() ? "settled" : "...");
        }
        return cut(bid + " │" + ask + "│" + trade);
    }

    private static String side(Level level, boolean ask) {
        return ask
                ? String.format(Locale.ROOT, " %-9s %-11s", fit(level.price(), 9), fit(level.quantity(), 11))
                : String.format(Locale.ROOT, " %11s %9s", fit(level.quantity(), 11), fit(level.price(), 9));
    }

    private static String rule(String title) {
        return cut(title.isEmpty() ? "─".repeat(WIDTH) : "─ " + title + " " + "─".repeat(WIDTH));
    }

    private static String fit(String text, int width) {
        return text.length() <= width ? text : text.substring(0, width);
    }

    private static String cut(String line) {
        return line.length() <= WIDTH ? line : line.substring(0, WIDTH);
    }
}
