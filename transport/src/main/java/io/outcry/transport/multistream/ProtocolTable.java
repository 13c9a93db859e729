package io.outcry.transport.multistream;

import java.util.List;

/** The protocols a listener speaks. */
public interface ProtocolTable {

    /** Whether a proposal is accepted: an exact name, or whatever a match function takes. */
    boolean supports(String protocol);

    /** The names told to a peer that asks with {@code ls}. */
    List<String> names();

    /** A table of exact names. */
    static ProtocolTable of(List<String> names) {
        List<String> copy = List.copyOf(names);
        return new ProtocolTable() {
            @Override
            public boolean supports(String protocol) {
                return copy.contains(protocol);
            }

            @Override
            public List<String> names() {
                return copy;
            }
        };
    }
}
