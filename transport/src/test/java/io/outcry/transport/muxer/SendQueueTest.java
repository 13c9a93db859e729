package io.outcry.transport.muxer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith({LeakCheck.class, Seeds.class})
class SendQueueTest {

    private final SendQueue queue = new SendQueue();

    @RepeatedTest(10)
    void bytesInAreBytesOutInOrder(RandomGenerator random) {
        ByteArrayOutputStream in = new ByteArrayOutputStream();
        ByteBuf out = Unpooled.buffer();
        for (int i = 0; i < 200; i++) {
            byte[] piece = Bytes.any(random, 2000);
            in.writeBytes(piece);
            queue.take(PooledByteBufAllocator.DEFAULT.buffer().writeBytes(piece));
            queue.moveTo(out, random.nextInt((int) queue.bytes() + 1));
            assertThat(queue.bytes()).isEqualTo(in.size() - out.readableBytes());
        }
        queue.moveTo(out, (int) queue.bytes());
        assertThat(queue.isEmpty()).isTrue();
        assertThat(ByteBufUtil.getBytes(out)).isEqualTo(in.toByteArray());
    }

    @Test
    void oneBufferMayWaitInManyQueues() {
        ByteBuf shared = PooledByteBufAllocator.DEFAULT.buffer().writeZero(100);
        try (SendQueue other = new SendQueue()) {
            queue.take(shared.retainedSlice());
            other.take(shared.retainedSlice());
            shared.release();
            queue.moveTo(Unpooled.buffer(), 100);
            assertThat(other.bytes()).isEqualTo(100);
        }
        assertThat(shared.refCnt()).isZero();
    }

    @Test
    void whatIsDroppedIsReleasedAndTheQueueStaysOfUse() {
        queue.take(PooledByteBufAllocator.DEFAULT.buffer().writeZero(10));
        queue.close();
        assertThat(queue.isEmpty()).isTrue();
        queue.take(PooledByteBufAllocator.DEFAULT.buffer().writeZero(10));
        assertThat(queue.bytes()).isEqualTo(10);
        queue.close();
    }
}
