package io.outcry.transport;

import static io.outcry.transport.Hosts.await;
import static io.outcry.transport.Hosts.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.LeakCheck;
import io.outcry.transport.Hosts.Collector;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Many streams, many connections, many sizes: all of it arrives, and where it belongs. */
@ExtendWith(LeakCheck.class)
class ManyStreamsIT {

    private static final String ECHO = "/echo/1.0.0";

    private final Hosts hosts = new Hosts();

    @AfterEach
    void close() {
        hosts.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {HostOptions.YAMUX, HostOptions.MPLEX})
    void aThousandStreamsAtOnce(String muxer) {
        HostLimits limits = HostLimits.builder()
                .negotiatingStreams(1_024)
                .streamOpens(1_000, 2_000)
                .build();
        Host a = hosts.start(options -> options.muxers(muxer).limits(limits));
        Host b = hosts.start(options -> options.muxers(muxer).limits(limits));
        b.handle(ECHO, Hosts.echo(), new StreamLimits(1_024, 1_024, 1_024));
        a.handle(ECHO, Hosts.echo(), new StreamLimits(1_024, 1_024, 1_024));
        hosts.connect(a, b);
        List<CompletableFuture<Stream>> opening = IntStream.range(0, 1_000)
                .mapToObj(i -> a.newStream(b.peerId(), ECHO))
                .toList();
        List<Collector> answers = new ArrayList<>();
        for (int i = 0; i < opening.size(); i++) {
            Stream stream = await(opening.get(i));
            Collector answer = new Collector();
            answers.add(answer);
            stream.reader(answer);
            bytes("stream " + i, stream::write);
            stream.closeWrite();
        }
        for (int i = 0; i < answers.size(); i++) {
            assertThat(answers.get(i).text()).isEqualTo("stream " + i);
        }
        Hosts.eventually(() -> a.connections().get(0).streamCount() == 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {HostOptions.YAMUX, HostOptions.MPLEX})
    void manyConnectionsCarryManyStreamsOfManyMessages(String muxer) {
        Host server = hosts.start(muxer);
        server.handle(ECHO, Hosts.echo());
        List<Stream> streams = new ArrayList<>();
        List<Collector> answers = new ArrayList<>();
        for (int connection = 0; connection < 10; connection++) {
            Host client = hosts.start(muxer);
            hosts.connect(client, server);
            for (int stream = 0; stream < 10; stream++) {
                Stream opened = await(client.newStream(server.peerId(), ECHO));
                Collector answer = new Collector();
                opened.reader(answer);
                streams.add(opened);
                answers.add(answer);
            }
        }
        for (int message = 0; message < 50; message++) {
            for (int i = 0; i < streams.size(); i++) {
                bytes(i + "/" + message + " ", streams.get(i)::write);
            }
        }
        streams.forEach(Stream::closeWrite);
        for (int i = 0; i < answers.size(); i++) {
            int stream = i;
            assertThat(answers.get(i).text())
                    .isEqualTo(IntStream.range(0, 50)
                            .mapToObj(message -> stream + "/" + message + " ")
                            .collect(Collectors.joining()));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {HostOptions.YAMUX, HostOptions.MPLEX})
    void writesOfManySizesArriveInOrder(String muxer) {
        Host a = hosts.start(muxer);
        Host b = hosts.start(muxer);
        b.handle(ECHO, Hosts.echo());
        hosts.connect(a, b);
        Stream stream = await(a.newStream(b.peerId(), ECHO));
        Collector answer = new Collector();
        stream.reader(answer);
        Random random = new Random(42);
        StringBuilder sent = new StringBuilder();
        for (int i = 0; i < 200; i++) {
            String part = Integer.toString(i).repeat(random.nextInt(2_000));
            sent.append(part);
            bytes(part, stream::write);
        }
        stream.closeWrite();
        assertThat(answer.text()).isEqualTo(sent.toString());
    }
}
