/** Who hears what. */
module io.outcry.gossip {
    requires static org.jspecify;
    requires transitive io.outcry.core;
    requires transitive io.outcry.transport;
    requires org.jctools.core;
    requires org.agrona;
    requires org.slf4j;
}
