/** The deterministic network: one clock, one seed, thousands of peers. */
module io.outcry.sim {
    requires static org.jspecify;
    requires transitive io.outcry.core;
    requires transitive io.outcry.gossip;
    requires transitive io.outcry.market;
    requires transitive io.outcry.orderbook;
    requires HdrHistogram;

    exports io.outcry.sim;
}
