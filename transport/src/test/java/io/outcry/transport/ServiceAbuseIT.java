package io.outcry.transport;

import static io.outcry.transport.Hosts.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.LeakCheck;
import io.outcry.transport.Hosts.Collector;
import io.outcry.transport.StreamException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Peers that take all they are allowed of a service, and hold it, keep nobody else from it. */
@ExtendWith(LeakCheck.class)
class ServiceAbuseIT {

    private static final int DATA = 0;
    private static final int SYN = 1;
    private static final String ECHO = "/echo/1.0.0";

    private final Hosts hosts = new Hosts();
    private final List<RawLink> bad = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (RawLink link : bad) {
            link.close();
        }
        hosts.close();
    }

    @Test
    void identifyStreamsThatAreNeverClosedKeepNobodyFromIdentifying() throws IOException {
        Host victim = hosts.start(options ->
                options.timeouts(HostTimeouts.DEFAULT.withIdentifyMs(2_000)).ioThreads(1));
        hold(victim, 8, 10, "/ipfs/id/1.0.0");
        Host late = hosts.start(HostOptions.YAMUX);
        hosts.connect(late, victim);
        Hosts.eventually(() -> late.identified(victim.peerId()).isPresent());
        Hosts.eventually(() -> victim.connections().stream()
                .filter(connection -> !connection.peer().equals(late.peerId()))
                .allMatch(connection -> connection.streamCount() == 0));
    }

    @Test
    void whoAsksForIdentifyWithoutEndIsNotAnswered() throws IOException {
        Host victim = hosts.start(HostOptions.YAMUX);
        hold(victim, 1, 40, "/ipfs/id/1.0.0");
        Hosts.eventually(() -> victim.misbehaviours() >= 20);
        Host late = hosts.start(HostOptions.YAMUX);
        hosts.connect(late, victim);
        assertThat(await(late.identify(victim.peerId())).agent())
                .isEqualTo(victim.options().agentVersion());
    }

    @Test
    void pingStreamsThatAreHeldKeepNobodyFromPinging() throws IOException {
        Host victim = hosts.start(HostOptions.YAMUX);
        hold(victim, 34, 2, "/ipfs/ping/1.0.0");
        Host late = hosts.start(HostOptions.YAMUX);
        hosts.connect(late, victim);
        assertThat(await(late.ping(victim.peerId()))).isPositive();
    }

    @Test
    void streamsOfAnApplicationThatAreHeldLeaveEveryPeerItsFirst() throws IOException {
        Host victim = hosts.start(HostOptions.YAMUX);
        AtomicInteger taken = new AtomicInteger();
        StreamHandler echo = Hosts.echo();
        StreamHandler counted = stream -> {
            taken.incrementAndGet();
            echo.onStream(stream);
        };
        victim.handle(ECHO, counted, new StreamLimits(4, 8, 4));
        hold(victim, 3, 4, ECHO);
        Hosts.eventually(() -> taken.get() + victim.counters().streamsRefused() == 12);
        Host late = hosts.start(HostOptions.YAMUX);
        hosts.connect(late, victim);
        Stream first = await(late.newStream(victim.peerId(), ECHO));
        Collector answer = new Collector();
        first.reader(answer);
        await(Hosts.bytes("first", first::write));
        assertThat(Hosts.refusal(late.newStream(victim.peerId(), ECHO)).reason())
                .isEqualTo(Reason.RESET_BY_PEER);
        first.closeWrite();
        assertThat(answer.text()).isEqualTo("first");
    }

    /** So many peers open so many streams each, and never close one. */
    private void hold(Host victim, int peers, int streams, String protocol) throws IOException {
        byte[] please = ("\u0013/multistream/1.0.0\n" + (char) (protocol.length() + 1) + protocol + "\n")
                .getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < peers; i++) {
            RawLink link = RawLink.secured(victim, HostOptions.YAMUX);
            bad.add(link);
            for (int stream = 0; stream < streams; stream++) {
                link.yamux(DATA, SYN, 2 * stream + 1, please.length, please);
            }
        }
        for (RawLink link : bad) {
            String heard = "";
            while (!heard.contains(protocol)) {
                heard += new String(link.receive(), StandardCharsets.ISO_8859_1);
            }
        }
    }
}
