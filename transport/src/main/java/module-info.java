/** From a socket to many authenticated streams. */
module io.outcry.transport {
    requires static org.jspecify;
    requires transitive io.outcry.core;
    requires transitive io.netty.buffer;
    requires io.netty.codec.dns;
    requires io.netty.common;
    requires io.netty.handler;
    requires io.netty.resolver;
    requires io.netty.resolver.dns;
    requires transitive io.netty.transport;
    requires static io.netty.transport.classes.epoll;
    requires com.google.protobuf;
    requires org.jctools.core;
    requires org.agrona;
    requires org.slf4j;

    exports io.outcry.transport;
    exports io.outcry.transport.dial;
    exports io.outcry.transport.dns;
    exports io.outcry.transport.identify;
    exports io.outcry.transport.mplex;
    exports io.outcry.transport.multistream;
    exports io.outcry.transport.muxer;
    exports io.outcry.transport.noise;
    exports io.outcry.transport.perf;
    exports io.outcry.transport.ping;
    exports io.outcry.transport.yamux;
}
