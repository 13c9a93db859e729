package io.outcry.sim;

import io.netty.buffer.ByteBuf;

/** What lives at a place of the {@link Network}. Called by the network only, never from within a call to it. */
interface Endpoint {

    /** A connection is up; {@code outbound} if this side dialled. */
    void onConnected(Link link, boolean outbound);

    /** A connection is gone, with whatever was on its way. */
    void onDisconnected(Link link);

    /** One frame from the other end of {@code link}. <b>Ownership</b>: borrowed until return. */
    void onFrame(Link link, ByteBuf frame);

    /** Room again on {@code link} after {@link Network#hasRoom} was false. */
    void onWritable(Link link);
}
