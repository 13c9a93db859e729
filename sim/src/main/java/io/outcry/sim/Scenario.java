package io.outcry.sim;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What happens to a network while it works. */
public enum Scenario {
    /** Nothing but traffic: one message a second and publisher. */
    CALM,
    /** All messages within half a second. */
    BURST,
    /** Messages of 128 KiB. */
    LARGE,
    /** Traffic from the first second on, while meshes are still being formed. */
    COLDBOOT,
    /** Half of the peers come at once, in the middle of the traffic. */
    FLASH,
    /** The network becomes slow and loses, repeats and reorders what it carries, then recovers. */
    DEGRADE,
    /** A fifth of the peers take messages and pass none on. */
    CENSOR,
    /** Peers die without a word and others come, a tenth of all within the run. */
    CHURN,
    /** The network falls into two halves for a while and heals. */
    PARTITION,
    /** Replicas of one market on top of the routers: orders, trades, and peers that die and come back from their journals. */
    MARKET;

    /** The scenario of the command line's word. */
    public static Scenario parse(String word) {
        for (Scenario scenario : values()) {
            if (scenario.word().equals(word)) {
                return scenario;
            }
        }
        throw new IllegalArgumentException("scenario " + word + " is unknown; there are "
                + Arrays.stream(values()).map(Scenario::word).collect(Collectors.joining(", ")));
    }

    /** The command line's word. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
