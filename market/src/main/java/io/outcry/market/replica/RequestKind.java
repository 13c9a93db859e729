package io.outcry.market.replica;

/** Which protocol a request goes by. */
public enum RequestKind {
    /** A page of a copy of the book. */
    SNAPSHOT("/outcry/snapshot/1.0.0"),
    /** Where two books differ. */
    SYNC("/outcry/sync/1.0.0");

    /** The protocol of proposals and their answers: envelopes, each behind a varint length. */
    public static final String TRADE_PROTOCOL = "/outcry/trade/1.0.0";

    private final String protocol;

    RequestKind(String protocol) {
        this.protocol = protocol;
    }

    /** The protocol id: a stream, one request, one answer, each behind a varint length. */
    public String protocol() {
        return protocol;
    }
}
