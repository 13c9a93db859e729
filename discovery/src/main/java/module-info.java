/** Finding peers. */
module io.outcry.discovery {
    requires static org.jspecify;
    requires transitive io.outcry.transport;
    requires com.google.protobuf;
    requires org.slf4j;

    exports io.outcry.discovery;
    exports io.outcry.discovery.rendezvous;
}
