package io.outcry.gossip.router;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.outcry.gossip.rpc.FrameSplitter;

/** Frames as a peer's stream delivers them. */
final class Frames {

    private Frames() {}

    /** The one frame in {@code bytes}, cut by the splitter; {@code bytes} keeps its indices. */
    static ByteBuf received(ByteBuf bytes) {
        FrameSplitter splitter = new FrameSplitter(1 << 20, PooledByteBufAllocator.DEFAULT);
        ByteBuf frame = splitter.next(bytes.slice());
        if (frame == null) {
            throw new IllegalArgumentException("not one whole frame");
        }
        return frame;
    }
}
