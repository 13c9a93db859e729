/** The one object to embed. */
module io.outcry.node {
    requires static org.jspecify;
    requires transitive io.outcry.core;
    requires transitive io.outcry.transport;
    requires transitive io.outcry.discovery;
    requires transitive io.outcry.gossip;
    requires transitive io.outcry.orderbook;
    requires transitive io.outcry.market;
    requires org.slf4j;
    requires io.netty.buffer;

    exports io.outcry.node;
}
