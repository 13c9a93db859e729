package io.outcry.conformance.planted.transport.mplex;

import io.netty.channel.Channel;

/** A machine with a socket. */
final class OwnsChannel {
    void write(Channel channel) {
        channel.flush();
    }
}
