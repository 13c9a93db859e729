/** Names, bytes, keys, agents and the memory budget. */
module io.outcry.core {
    requires static org.jspecify;
    requires transitive io.netty.buffer;
    requires com.google.protobuf;
    requires org.bouncycastle.provider;
    requires org.jctools.core;

    exports io.outcry.core.agent;
    exports io.outcry.core.crypto;
    exports io.outcry.core.identity;
    exports io.outcry.core.log;
    exports io.outcry.core.memory;
    exports io.outcry.core.multiformats;
}
