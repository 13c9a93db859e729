package io.outcry.transport.muxer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({LeakCheck.class, Seeds.class})
class ReceiveQueueTest {

    private final ReceiveQueue queue = new ReceiveQueue();

    @RepeatedTest(10)
    void bytesInAreBytesOutInOrder(RandomGenerator random) {
        ByteArrayOutputStream in = new ByteArrayOutputStream();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < 200; i++) {
            byte[] piece = Bytes.any(random, random.nextInt(10) == 0 ? 40_000 : 300);
            in.writeBytes(piece);
            queue.take(PooledByteBufAllocator.DEFAULT.buffer().writeBytes(piece));
            while (random.nextInt(3) == 0 && !queue.isEmpty()) {
                poll(out);
            }
            assertThat(queue.bytes()).isEqualTo(in.size() - out.size());
        }
        while (!queue.isEmpty()) {
            poll(out);
        }
        assertThat(queue.poll()).isNull();
        assertThat(out.toByteArray()).isEqualTo(in.toByteArray());
    }

    @Test
    void singleBytesDoNotKeepTheBuffersTheyCameIn() {
        ByteBuf read = PooledByteBufAllocator.DEFAULT.buffer(64 << 10).writeZero(64 << 10);
        while (read.isReadable()) {
            queue.take(read.readRetainedSlice(1));
        }
        assertThat(read.refCnt()).isOne();
        int buffers = 0;
        long capacity = 0;
        for (ByteBuf buffer = queue.poll(); buffer != null; buffer = queue.poll()) {
            buffers++;
            capacity += buffer.capacity();
            buffer.release();
        }
        assertThat(buffers).isLessThan(20);
        assertThat(capacity).isLessThan(2 * (64 << 10));
        read.release();
    }

    @Test
    void longPiecesAreNotCopied() {
        ByteBuf read = PooledByteBufAllocator.DEFAULT.buffer(64 << 10).writeZero(64 << 10);
        queue.take(read.readRetainedSlice(ReceiveQueue.KEPT_LENGTH_MIN));
        assertThat(read.refCnt()).isEqualTo(2);
        queue.close();
        assertThat(read.refCnt()).isOne();
        read.release();
    }

    @Test
    void anEmptyPieceIsNothing() {
        queue.take(PooledByteBufAllocator.DEFAULT.buffer());
        assertThat(queue.isEmpty()).isTrue();
        assertThat(queue.poll()).isNull();
    }

    private void poll(ByteArrayOutputStream out) {
        ByteBuf buffer = Objects.requireNonNull(queue.poll());
        byte[] bytes = new byte[buffer.readableBytes()];
        buffer.readBytes(bytes);
        out.writeBytes(bytes);
        buffer.release();
    }
}
