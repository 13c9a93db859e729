package io.outcry.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.outcry.testkit.LeakCheck;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(LeakCheck.class)
class HostIT {

    private static Host host(String muxer) {
        return Host.start(HostOptions.builder()
                .listen("/ip4/127.0.0.1/tcp/0")
                .muxers(muxer)
                .ioThreads(1)
                .build());
    }

    @ParameterizedTest
    @ValueSource(strings = {HostOptions.YAMUX, HostOptions.MPLEX})
    void echoes(String muxer) throws Exception {
        try (Host a = host(muxer);
                Host b = host(muxer)) {
            b.handle("/echo/1.0.0", stream -> stream.reader((s, data) -> s.write(data)));
            Connection connection = a.connect(b.peerAddresses().get(0)).get(10, TimeUnit.SECONDS);
            assertThat(connection.muxer()).isEqualTo(muxer);
            Stream stream = a.newStream(b.peerId(), "/echo/1.0.0").get(10, TimeUnit.SECONDS);
            CompletableFuture<String> answer = new CompletableFuture<>();
            stream.reader((s, data) -> answer.complete(data.toString(StandardCharsets.UTF_8)));
            ByteBuf hello =
                    PooledByteBufAllocator.DEFAULT.buffer().writeBytes("hello".getBytes(StandardCharsets.UTF_8));
            stream.write(hello).get(10, TimeUnit.SECONDS);
            hello.release();
            assertThat(answer.get(10, TimeUnit.SECONDS)).isEqualTo("hello");
            assertThat(a.ping(b.peerId()).get(10, TimeUnit.SECONDS)).isPositive();
            PerfResult perf = a.perf(b.peerId(), 16 << 20, 16 << 20).get(20, TimeUnit.SECONDS);
            assertThat(perf.downloadedBytes()).isEqualTo(16 << 20);
        }
    }
}
