/** Who hears what. */
module io.outcry.gossip {
    requires static org.jspecify;
    requires transitive io.outcry.core;
    requires transitive io.outcry.transport;
    requires transitive io.netty.buffer;
    requires org.jctools.core;
    requires org.agrona;
    requires org.slf4j;

    exports io.outcry.gossip;
    exports io.outcry.gossip.cache;
    exports io.outcry.gossip.message;
    exports io.outcry.gossip.outbox;
    exports io.outcry.gossip.router;
    exports io.outcry.gossip.rpc;
}
