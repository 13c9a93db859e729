package io.outcry.cli;

import java.util.List;
import java.util.Locale;

/**
 * What a demo came to.
 *
 * @param peers nodes that took part
 * @param present nodes that were in their place at the end
 * @param orders rows of the input
 * @param played rows that were played before the time was over
 * @param malformed rows of the input that made no sense
 * @param trades decided, each counted once
 * @param refused rows the market did not take
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
        int refused,
        boolean converged,
        List<String> digests,
        int overfilled,
        int unconfirmed,
        double delivery,
        long wireBytes,
        double p50Ms,
        double p99Ms) {

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
                    g.writeNumberField("refused", refused);
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

    private String text() {
        return String.format(
                        Locale.ROOT,
                        "%n%d peers played %d orders (seed %d): %d trades, %d rows refused, %d malformed%n",
                        peers,
                        orders,
                        seed,
                        trades,
                        refused,
                        malformed)
                + (played == orders ? "" : line(false, "", (orders - played) + " orders were not played in time", ""))
                + (present == peers ? "" : line(false, "", (peers - present) + " peers are not in their place", ""))
                + line(converged, "the books agree", digests.size() + " different books", digest())
                + line(overfilled == 0, "no order was overfilled", overfilled + " orders were overfilled", "")
                + line(unconfirmed == 0, "every fill is settled", unconfirmed + " fills are not settled", "")
                + line(
                        delivery >= 1.0,
                        "every order reached every peer",
                        String.format(Locale.ROOT, "delivery %.6f", delivery),
                        "")
                + String.format(
                        Locale.ROOT,
                        "order to settled %.0f ms (median), %.0f ms (p99); %.2f MB on the wire",
                        p50Ms,
                        p99Ms,
                        wireBytes / 1e6);
    }

    private String digest() {
        return converged
                ? " (" + digests.get(0).substring(0, Math.min(16, digests.get(0).length())) + ")"
                : "";
    }

    private static String line(boolean held, String good, String bad, String more) {
        return (held ? "  ok      " + good : "  BROKEN  " + bad) + more + "\n";
    }
}
