package io.outcry.transport.multistream;

import java.util.List;

/** How far a negotiation is. */
public sealed interface Negotiation {

    /** More bytes are needed. */
    record Pending() implements Negotiation {
        static final Pending INSTANCE = new Pending();
    }

    /** Both ends agreed; the bytes that follow are the protocol's. */
    record Agreed(String protocol) implements Negotiation {}

    /** The other end speaks none of the protocols proposed. */
    record Unsupported(List<String> tried) implements Negotiation {
        public Unsupported {
            tried = List.copyOf(tried);
        }

        @Override
        public String toString() {
            return "the peer speaks none of " + tried;
        }
    }

    /** The other end broke multistream-select, or ended early. */
    record Violated(String why) implements Negotiation {}
}
