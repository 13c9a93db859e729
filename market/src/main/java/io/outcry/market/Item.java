package io.outcry.market;

import io.outcry.core.identity.PeerId;

/** What an owner says and signs. Each has one canonical encoding, its body, and a hash of that. */
public sealed interface Item permits Step, Refuse, Heartbeat, Census, Evidence {

    /** Who says it. */
    PeerId owner();

    /** When, by the owner's hybrid clock. */
    long hlc();

    /** Which of the five. */
    Kind kind();

    /** The first field of every body, and the first byte under every hash. */
    enum Kind {
        /** A {@link Step}. */
        STEP(1),
        /** A {@link Refuse}. */
        REFUSE(2),
        /** A {@link Heartbeat}. */
        HEARTBEAT(3),
        /** A {@link Census}. */
        CENSUS(4),
        /** An {@link Evidence}. */
        EVIDENCE(5);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        /** Its number on the wire. */
        public int code() {
            return code;
        }
    }
}
