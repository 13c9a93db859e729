package io.outcry.transport;

import static io.outcry.transport.Hosts.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Seeds;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Writers, closers and resetters at once: each write ends, each stream is told of its end once, and nothing stays reserved. */
@ExtendWith({LeakCheck.class, Seeds.class})
class WriteRaceIT {

    private static final String RACE = "/race/1.0.0";
    private static final int STREAMS = 150;
    private static final int WRITERS = 3;

    private final Hosts hosts = new Hosts();
    private final ConcurrentLinkedQueue<CompletableFuture<Void>> writes = new ConcurrentLinkedQueue<>();
    private final AtomicInteger opened = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    @AfterEach
    void close() {
        hosts.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {HostOptions.YAMUX, HostOptions.MPLEX})
    void everyWriteEndsWhoeverEndsTheStream(String muxer, RandomGenerator random) throws InterruptedException {
        Host a = hosts.start(options -> options.muxers(muxer).identify(false));
        Host b = hosts.start(options -> options.muxers(muxer).identify(false));
        RandomGenerator moods = Seeds.random(random.nextLong());
        b.handle(RACE, stream -> stream.reader(new Fickle(moods.nextInt(5), moods.nextInt(200_000))));
        hosts.connect(a, b);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < WRITERS; i++) {
            RandomGenerator own = Seeds.random(random.nextLong());
            Thread thread = new Thread(() -> race(a, b, own));
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Hosts.eventually(() -> writes.stream().allMatch(CompletableFuture::isDone));
        Hosts.eventually(() -> ended.get() == opened.get());
        Hosts.eventually(() -> settled(a) && settled(b));
    }

    private static boolean settled(Host host) {
        return host.memory().used() == (long) host.connections().size() * TcpTransport.SOCKET_BYTES;
    }

    private void race(Host a, Host b, RandomGenerator random) {
        for (int i = 0; i < STREAMS / WRITERS; i++) {
            Stream stream;
            try {
                stream = await(a.newStream(b.peerId(), RACE));
            } catch (TransportException gone) {
                hosts.connect(a, b);
                continue;
            }
            opened.incrementAndGet();
            stream.reader(new Counting());
            Thread other = new Thread(() -> pour(stream, 20, 30_000));
            other.start();
            pour(stream, random.nextInt(20), 1 + random.nextInt(60_000));
            switch (random.nextInt(5)) {
                case 0 -> stream.reset(7);
                case 1 -> writes.add(stream.closeWrite());
                case 2 -> {
                    writes.add(stream.closeWrite());
                    stream.reset(9);
                }
                case 3 -> {
                    if (random.nextInt(6) == 0) {
                        stream.connection().close();
                    } else {
                        stream.reset();
                    }
                }
                default -> writes.add(stream.closeWrite());
            }
            try {
                other.join();
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        }
    }

    private void pour(Stream stream, int count, int length) {
        for (int i = 0; i < count; i++) {
            ByteBuf data = PooledByteBufAllocator.DEFAULT.buffer(length).writeZero(length);
            writes.add(stream.write(data));
            data.release();
        }
    }

    /** Hears the end, which must come once. */
    private final class Counting implements StreamReader {
        private boolean over;

        @Override
        public void onData(Stream stream, ByteBuf data) {}

        @Override
        public void onClosed(Stream stream, @Nullable StreamException cause) {
            assertThat(over).isFalse();
            over = true;
            ended.incrementAndGet();
        }
    }

    /** Reads for a while, and then does one of the things a reader may do. */
    private static final class Fickle implements StreamReader {
        private final int mood;
        private long left;

        Fickle(int mood, long left) {
            this.mood = mood;
            this.left = left;
        }

        @Override
        public void onData(Stream stream, ByteBuf data) {
            left -= data.readableBytes();
            if (left > 0) {
                return;
            }
            switch (mood) {
                case 0 -> stream.reset(3);
                case 1 -> stream.closeWrite();
                case 2 -> throw new IllegalStateException("a reader that fails");
                case 3 -> stream.write(data);
                default -> {}
            }
        }
    }
}
