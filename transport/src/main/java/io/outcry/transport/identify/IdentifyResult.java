package io.outcry.transport.identify;

/** How far the reading of an identify stream is. */
public sealed interface IdentifyResult {

    /** More bytes, or the peer's close, are needed. */
    record Pending() implements IdentifyResult {
        static final Pending INSTANCE = new Pending();
    }

    record Complete(PeerClaims claims) implements IdentifyResult {}

    /** What came is not to be believed; reset the stream. */
    record Violated(String why) implements IdentifyResult {}
}
