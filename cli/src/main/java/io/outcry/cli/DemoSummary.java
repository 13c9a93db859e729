package io.outcry.cli;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a demo came to.
 *
 * @param peers nodes that took part
 * @param present nodes that were in their place at the end
 * @param orders rows of the input
 * @param played rows that were played before the time was over
 * @param malformed rows of the input that made no sense
 * @param trades decided, each counted once
 * @param refused rows the market did not take, by type: a post-only order that would trade, a fill-or-kill that would not …
 * @param converged whether every node is there and all have one book
 * @param digests the different books at the end: one, if they agree
 * @param overfilled orders that traded beyond their quantity
 * @param unconfirmed fills without their settlement
 * @param delivery (order, subscribed peer) pairs received over expected
 * @param wireBytes bytes written to all sockets
 * @param p50Ms order to settled, median
 * @param p99Ms order to settled
 */
record DemoSummary(
        int peers,
        int present,
        int orders,
        int played,
        long seed,
        int malformed,
        int trades,
        Map<OrderRow.Type, Integer> refused,
        boolean converged,
        List<String> digests,
        int overfilled,
        int unconfirmed,
        double delivery,
        long wireBytes,
        double p50Ms,
        double p99Ms) {

    /** Lines of the text, the blank one before it included, if all is well. */
    static final int LINES = 6;

    /** Every invariant held. */
    boolean held() {
        return converged
                && present == peers
                && played == orders
                && overfilled == 0
                && unconfirmed == 0
                && delivery >= 1.0;
    }

    void say(Speaker speaker) {
        speaker.event(
                "summary",
                g -> {
                    g.writeNumberField("peers", peers);
                    g.writeNumberField("orders", orders);
                    g.writeNumberField("seed", seed);
                    g.writeNumberField("malformed", malformed);
                    g.writeNumberField("trades", trades);
                    g.writeNumberField("refused", refusals());
                    g.writeBooleanField("converged", converged);
                    Addresses.strings(g, "digests", digests);
                    g.writeNumberField("overfilled", overfilled);
                    g.writeNumberField("unconfirmed", unconfirmed);
                    g.writeNumberField("delivery", delivery);
                    g.writeNumberField("wireBytes", wireBytes);
                    g.writeNumberField("p50Ms", p50Ms);
                    g.writeNumberField("p99Ms", p99Ms);
                    g.writeNumberField("present", present);
                    g.writeNumberField("played", played);
                },
                text());
    }

    private int refusals() {
        return refused.values().stream().mapToInt(Integer::intValue).sum();
    }

    /** For people. */
    String text() {
        StringBuilder text = new StringBuilder("\n").append(opening());
        if (malformed > 0) {
            text.append("\n  note    ").append(malformed).append(" rows of the input were malformed, and left out");
        }
        if (played < orders) {
            line(text, false, "", orders - played + " orders were not played in time");
        }
        if (present < peers) {
            line(text, false, "", peers - present + " peers are not in their place");
        }
        line(text, converged, "the books agree" + digest(), digests.size() + " different books");
        line(text, overfilled == 0, "no order was overfilled", overfilled + " orders were overfilled");
        line(text, unconfirmed == 0, "every fill is settled" + latency(), unconfirmed + " fills are not settled");
        line(
                text,
                delivery >= 1.0,
                String.format(Locale.ROOT, "every order reached every peer (%.2f MB on the wire)", wireBytes / 1e6),
                String.format(Locale.ROOT, "delivery %.6f", delivery));
        return text.toString();
    }

    private String opening() {
        String played = String.format(
                Locale.ROOT,
                "%d peers, %d orders (seed %d): %d trades, %d refused",
                peers,
                orders,
                seed,
                trades,
                refusals());
        if (refused.isEmpty()) {
            return played;
        }
        String types = Stream.of(OrderRow.Type.values())
                .filter(refused::containsKey)
                .map(type -> refused.get(type) + " " + type.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", ", " (", ")"));
        return played + (played.length() + types.length() > DemoPicture.WIDTH ? "\n " : "") + types;
    }

    /** From an order to its settlement; the slowest waited for the peer that died. */
    private String latency() {
        return trades == 0
                ? ""
                : String.format(Locale.ROOT, " (%.0f ms median, %.0f ms p99: a peer was dead)", p50Ms, p99Ms);
    }

    private String digest() {
        return converged
                ? " (" + digests.get(0).substring(0, Math.min(16, digests.get(0).length())) + ")"
                : "";
    }

    private static void line(StringBuilder text, boolean held, String good, String bad) {
        text.append(held ? "\n  ok      " : "\n  BROKEN  ").append(held ? good : bad);
    }
}
