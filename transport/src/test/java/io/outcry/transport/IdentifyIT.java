package io.outcry.transport;

import static io.outcry.transport.Hosts.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.outcry.core.identity.PeerRecord;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.testkit.LeakCheck;
import io.outcry.transport.StreamException.Reason;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Who are you: both ends, over real connections. */
@ExtendWith(LeakCheck.class)
class IdentifyIT {

    private final Hosts hosts = new Hosts();

    @AfterEach
    void close() {
        hosts.close();
    }

    @Test
    void bothSidesLearnWhoTheOtherIs() {
        Host a = hosts.start(options -> options.agentVersion("alpha/1"));
        Host b = hosts.start(options -> options.agentVersion("beta/2\u001b[31m\nforged line"));
        b.handle("/echo/1.0.0", Hosts.echo());
        CompletableFuture<IdentifyInfo> atA = identified(a);
        CompletableFuture<IdentifyInfo> atB = identified(b);
        hosts.connect(a, b);
        IdentifyInfo ofB = await(atA);
        assertThat(ofB.agent()).startsWith("beta/2").doesNotContain("\n").doesNotContain("\u001b");
        assertThat(ofB.protocols())
                .contains("/echo/1.0.0", "/ipfs/id/1.0.0", "/ipfs/id/push/1.0.0", "/ipfs/ping/1.0.0");
        assertThat(ofB.addresses()).isEqualTo(b.listenAddresses());
        assertThat(ofB.signedRecord()).map(PeerRecord::peer).contains(b.peerId());
        assertThat(ofB.observed()).isPresent();
        IdentifyInfo ofA = await(atB);
        assertThat(ofA.agent()).isEqualTo("alpha/1");
        assertThat(b.addressBook().addresses(a.peerId())).containsAll(a.listenAddresses());
        assertThat(a.addressBook().protocols(b.peerId())).contains("/echo/1.0.0");
        assertThat(a.addressBook().agent(b.peerId())).hasValue(ofB.agent());
        assertThat(a.addressBook().certifiedRecord(b.peerId()))
                .hasValueSatisfying(envelope -> assertThat(
                                PeerRecord.fromEnvelope(envelope, b.peerId()).addresses())
                        .isEqualTo(b.listenAddresses()));
        assertThat(a.identified(b.peerId())).contains(ofB);
    }

    @Test
    void whoAsksWhileAQuestionIsUnderWayJoinsIt() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(options -> options.identify(false));
        ConcurrentLinkedQueue<Stream> asked = new ConcurrentLinkedQueue<>();
        b.handle("/ipfs/id/1.0.0", asked::add);
        hosts.connect(a, b);
        Hosts.eventually(() -> !asked.isEmpty());
        CompletableFuture<IdentifyInfo> first = a.identify(b.peerId());
        CompletableFuture<IdentifyInfo> second = a.identify(b.peerId());
        asked.remove().reset();
        assertThatThrownBy(() -> await(first)).isInstanceOf(StreamException.class);
        assertThatThrownBy(() -> await(second)).isInstanceOf(StreamException.class);
        assertThat(asked).isEmpty();

        CompletableFuture<IdentifyInfo> again = a.identify(b.peerId());
        Hosts.eventually(() -> !asked.isEmpty());
        asked.remove().reset();
        assertThatThrownBy(() -> await(again)).isInstanceOf(StreamException.class);
    }

    @Test
    void whereAPeerSeesUsIsNotAnAddressOfOurs() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(HostOptions.YAMUX);
        CompletableFuture<IdentifyInfo> atB = identified(b);
        Connection connection = hosts.connect(a, b);
        IdentifyInfo ofA = await(atB);
        assertThat(connection.localAddress()).isNotIn(a.listenAddresses());
        assertThat(ofA.addresses()).doesNotContain(connection.localAddress());
        assertThat(b.addressBook().addresses(a.peerId())).doesNotContain(connection.localAddress());
    }

    @Test
    void aNewProtocolIsPushedAfterAMoment() {
        HostTimeouts quick = HostTimeouts.DEFAULT.withPushDebounceMs(20);
        Host a = hosts.start(options -> options.timeouts(quick));
        Host b = hosts.start(options -> options.timeouts(quick));
        ConcurrentLinkedQueue<IdentifyInfo> heard = new ConcurrentLinkedQueue<>();
        a.addListener(new HostListener() {
            @Override
            public void onIdentified(Connection connection, IdentifyInfo info) {
                heard.add(info);
            }
        });
        CompletableFuture<IdentifyInfo> atB = identified(b);
        hosts.connect(a, b);
        await(atB);
        Hosts.eventually(() -> heard.size() == 1);
        b.handle("/new/1", Hosts.echo());
        b.handle("/new/2", Hosts.echo());
        Hosts.eventually(() -> a.addressBook().protocols(b.peerId()).containsAll(List.of("/new/1", "/new/2")));
        // One push for both, or one for each if this thread was held up between them.
        Hosts.eventually(() -> heard.size() > 1);
        assertThat(heard).hasSizeLessThanOrEqualTo(3);
        b.unhandle("/new/1");
        Hosts.eventually(() -> !a.addressBook().protocols(b.peerId()).contains("/new/1"));
        assertThat(a.addressBook().protocols(b.peerId())).contains("/new/2");
    }

    @Test
    void aNewListenAddressIsPushedInANewerRecord() {
        HostTimeouts quick = HostTimeouts.DEFAULT.withPushDebounceMs(20);
        Host a = hosts.start(options -> options.timeouts(quick));
        Host b = hosts.start(options -> options.timeouts(quick));
        CompletableFuture<IdentifyInfo> atB = identified(b);
        CompletableFuture<IdentifyInfo> atA = identified(a);
        hosts.connect(a, b);
        await(atB);
        await(atA);
        Multiaddr more = b.listen(Multiaddr.parse("/ip4/127.0.0.1/tcp/0"));
        Hosts.eventually(() -> a.addressBook().addresses(b.peerId()).contains(more));
    }

    @Test
    void aPeerWithoutIdentifyIsToldSoOnce() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(options -> options.identify(false));
        CompletableFuture<String> failed = new CompletableFuture<>();
        a.addListener(new HostListener() {
            @Override
            public void onIdentifyFailed(Connection connection, String why) {
                failed.complete(why);
            }
        });
        Connection connection = hosts.connect(a, b);
        assertThat(await(failed)).contains("/ipfs/id/1.0.0");
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void aPeerThatDoesNotAnswerTimesOutAndStaysConnected() {
        Host a = hosts.start(options -> options.timeouts(HostTimeouts.DEFAULT.withIdentifyMs(50)));
        Host b = hosts.start(options -> options.identify(false));
        b.handle("/ipfs/id/1.0.0", stream -> stream.reader((same, data) -> {}));
        Connection connection = hosts.connect(a, b);
        assertThatThrownBy(() -> a.identify(b.peerId()).get(Hosts.PATIENCE_S, TimeUnit.SECONDS))
                .hasRootCauseInstanceOf(TimeoutException.class);
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void nonsenseIsMisbehaviourAndCostsTheExchangeOnly() {
        Host a = hosts.start(HostOptions.YAMUX);
        Host b = hosts.start(options -> options.identify(false));
        b.handle("/ipfs/id/1.0.0", stream -> {
            Hosts.bytes("\uffff".repeat(100), stream::write);
            stream.closeWrite();
        });
        Connection connection = hosts.connect(a, b);
        Hosts.eventually(() -> a.misbehaviours() > 0);
        assertThatThrownBy(() -> await(a.identify(b.peerId())))
                .isInstanceOfSatisfying(
                        StreamException.class,
                        failure -> assertThat(failure.reason()).isEqualTo(Reason.PROTOCOL));
        assertThat(connection.isOpen()).isTrue();
    }

    @Test
    void addressesAreToldToThoseTheyMeanSomethingTo() {
        List<Multiaddr> all = List.of(
                Multiaddr.parse("/ip4/127.0.0.1/tcp/1"),
                Multiaddr.parse("/ip4/192.168.1.5/tcp/1"),
                Multiaddr.parse("/ip4/8.8.8.8/tcp/1"),
                Multiaddr.parse("/dns4/example.org/tcp/1"));
        assertThat(LocalAddresses.visible(all, Multiaddr.parse("/ip4/127.0.0.1/tcp/9")))
                .isEqualTo(all);
        assertThat(LocalAddresses.visible(all, Multiaddr.parse("/ip4/10.0.0.1/tcp/9")))
                .isEqualTo(all.subList(1, 4));
        assertThat(LocalAddresses.visible(all, Multiaddr.parse("/ip4/9.9.9.9/tcp/9")))
                .isEqualTo(all.subList(2, 4));
    }

    private static CompletableFuture<IdentifyInfo> identified(Host host) {
        CompletableFuture<IdentifyInfo> first = new CompletableFuture<>();
        host.addListener(new HostListener() {
            @Override
            public void onIdentified(Connection connection, IdentifyInfo info) {
                first.complete(info);
            }
        });
        return first;
    }
}
