package io.outcry.node;

import io.outcry.core.agent.Agent;
import io.outcry.core.agent.Mailbox;
import io.outcry.core.identity.PeerId;
import io.outcry.discovery.PeerAddresses;
import io.outcry.discovery.PeerDiscovery;
import io.outcry.gossip.PubSub;
import io.outcry.transport.Host;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;

/**
 * Brings the peers of a market together: registers under the market's rendezvous string, asks for the others, connects to
 * them, and tells the market whom it can ask.
 *
 * <pre>
 *   join ─► advertise + find at once ─► connect ─► all subscribed, or three seconds passed ─► market.onPeers: the join begins
 *        └► every 10 s find again; every second tell the market who is there, if that changed
 * </pre>
 *
 * <p><b>Threading</b>: an agent; {@link #add} from any thread.
 */
final class Finder implements Agent {

    /** Peers asked for at a time: a mesh needs a dozen, a snapshot a third of them. */
    static final int FIND_LIMIT = 100;

    /** Markets of a node that look for peers. */
    static final int MARKETS_MAX = 1_024;

    private static final long ROUND_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long PEERS_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long FIND_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long JOIN_PATIENCE_NS = TimeUnit.SECONDS.toNanos(3);
    private static final Duration TTL = Duration.ofHours(2);

    /** One market's search. */
    private static final class Search {
        final String topic;
        final MarketAgent market;
        final Set<PeerId> found = new HashSet<>();
        long bornNs;
        long findNs;
        boolean advertised;
        long peersNs;
        boolean heardBack;
        boolean joining;
        Set<PeerId> told = Set.of();

        Search(String topic, MarketAgent market) {
            this.topic = topic;
            this.market = market;
        }
    }

    private final Host host;
    private final PubSub pubsub;
    private final List<PeerDiscovery> discoveries;
    private final Mailbox<Runnable> mailbox = new Mailbox<>("finder", 1_024);
    private final Map<String, Search> searches = new LinkedHashMap<>();
    private long nowNs;
    private long nextNs = Long.MAX_VALUE;

    Finder(Host host, PubSub pubsub, List<PeerDiscovery> discoveries) {
        this.host = host;
        this.pubsub = pubsub;
        this.discoveries = List.copyOf(discoveries);
    }

    /** Begins to look for the peers of a market; false if there is no room for one more. */
    boolean add(String topic, MarketAgent market) {
        return mailbox.offer(() -> {
            if (searches.size() < MARKETS_MAX) {
                Search search = new Search(topic, market);
                search.bornNs = nowNs;
                search.findNs = nowNs;
                search.peersNs = nowNs;
                searches.put(topic, search);
                nextNs = nowNs;
            }
        });
    }

    @Override
    public String role() {
        return "finder";
    }

    @Override
    public void onStart(Runnable wakeUp) {
        mailbox.wakes(wakeUp);
    }

    @Override
    public int doWork(long cycleNs) {
        nowNs = cycleNs;
        int work = mailbox.drain(Runnable::run, 64);
        if (nextNs != Long.MAX_VALUE && nextNs - nowNs <= 0) {
            nextNs = Long.MAX_VALUE;
            for (Search search : searches.values()) {
                round(search);
            }
            work++;
        }
        return work;
    }

    @Override
    public long nextDeadlineNs() {
        return nextNs;
    }

    private void round(Search search) {
        if (!search.advertised) {
            search.advertised = true; // a discovery renews by itself, also when its server was away
            discoveries.forEach(discovery -> discovery.advertise(search.topic, TTL));
        }
        if (nowNs - search.findNs >= 0) {
            search.findNs = nowNs + FIND_NS;
            for (PeerDiscovery discovery : discoveries) {
                discovery.findPeers(search.topic, FIND_LIMIT).whenComplete((peers, failure) -> {
                    if (peers != null) {
                        mailbox.offer(() -> onFound(search, peers));
                    }
                });
            }
        }
        Set<PeerId> there = new TreeSet<>(pubsub.topicPeers(search.topic));
        if (!search.joining) {
            boolean complete = discoveries.isEmpty() || search.heardBack && there.containsAll(search.found);
            if (complete || nowNs - search.bornNs >= JOIN_PATIENCE_NS) {
                search.joining = true;
                search.told = there;
                search.market.onPeers(new ArrayList<>(there));
            }
        } else if (nowNs - search.peersNs >= 0 && !there.equals(search.told)) {
            search.peersNs = nowNs + PEERS_NS;
            search.told = there;
            search.market.onPeers(new ArrayList<>(there));
        }
        long wakeNs = nowNs + (search.joining ? PEERS_NS : ROUND_NS);
        nextNs = nextNs == Long.MAX_VALUE || wakeNs - nextNs < 0 ? wakeNs : nextNs;
    }

    private void onFound(Search search, List<PeerAddresses> peers) {
        search.heardBack = true;
        if (!search.joining) {
            search.found.clear();
        }
        for (PeerAddresses peer : peers) {
            if (peer.peer().equals(host.peerId())) {
                continue;
            }
            if (!search.joining && search.found.size() < FIND_LIMIT) {
                search.found.add(peer.peer());
            }
            if (!host.isConnected(peer.peer())) {
                // A dial that fails is backed off by the host; the next round asks again.
                host.connect(peer.peer(), peer.addresses());
            }
        }
    }
}
