/** Who trades with whom without a venue. */
module io.outcry.market {
    requires static org.jspecify;
    requires transitive io.outcry.core;
    requires transitive io.outcry.orderbook;
    requires com.google.protobuf;

    exports io.outcry.market;
    exports io.outcry.market.journal;
    exports io.outcry.market.replica;
}
