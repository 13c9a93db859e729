package io.outcry.transport;

import static io.outcry.transport.Hosts.await;
import static io.outcry.transport.Hosts.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.memory.MemoryBudget;
import io.outcry.testkit.LeakCheck;
import io.outcry.transport.Hosts.Collector;
import java.io.IOException;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** However many connections a peer has, and however many names an address, together they have one share. */
@ExtendWith(LeakCheck.class)
class PeerShareIT {

    private static final String FLOOD = "/flood/1.0.0";
    private static final String DEAF = "/deaf/1.0.0";
    private static final String BLOCK = "x".repeat(64 << 10);
    private static final long BUDGET_BYTES = 16L << 20;
    private static final int CONNECTIONS = 6;

    private final Hosts hosts = new Hosts();

    @AfterEach
    void close() {
        hosts.close();
    }

    /** Each asks for much and reads nothing of it. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void connectionsOfOnePeerOrOfOneAddressHoldOneShareTogether(boolean onePeer) {
        MemoryBudget memory = new MemoryBudget("victim", BUDGET_BYTES);
        HostLimits limits = HostLimits.builder().loopbackLimited(!onePeer).build();
        Host victim = hosts.start(options -> options.memory(memory).limits(limits));
        ConcurrentLinkedQueue<Stream> asked = new ConcurrentLinkedQueue<>();
        victim.handle(FLOOD, asked::add);
        PrivateKey key = PrivateKey.generate(KeyType.ED25519);
        for (int i = 1; i <= CONNECTIONS; i++) {
            Host greedy = hosts.start(options -> onePeer ? options.privateKey(key) : options);
            hosts.connect(greedy, victim);
            await(greedy.newStream(victim.peerId(), FLOOD));
            int expected = i;
            Hosts.eventually(() -> asked.size() == expected);
        }
        for (Stream stream : asked) {
            while (!bytes(BLOCK, stream::write).isCompletedExceptionally()) {
                // until it has what it may have
            }
        }
        assertThat(victim.connections()).hasSize(CONNECTIONS);
        assertThat(memory.used()).isLessThan(BUDGET_BYTES / 4);

        Host honest = hosts.start(options -> options.listen("/ip6/::1/tcp/0"));
        honest.handle(DEAF, stream -> stream.reader(new Collector()));
        hosts.connect(victim, honest);
        await(bytes(BLOCK, await(victim.newStream(honest.peerId(), DEAF))::write));
        hosts.close();
        assertThat(memory.used()).isZero();
    }

    @Test
    void loopbackCountsAsAnAddressIfToldSo() throws IOException {
        HostLimits limits =
                HostLimits.builder().connectionsPerIp(2).loopbackLimited(true).build();
        Host host = hosts.start(options -> options.limits(limits));
        try (RawLink one = RawLink.secured(host, HostOptions.YAMUX);
                RawLink two = RawLink.secured(host, HostOptions.YAMUX);
                RawLink three = new RawLink(host)) {
            three.awaitClose();
            assertThat(host.counters().acceptsRefused()).isEqualTo(1);
            assertThat(one).isNotSameAs(two);
        }
    }
}
