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
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the peers of a market together: registers under the market's rendezvous string, asks for the others, connects to
 * them, and tells the market whom it can ask.
 *
 * <pre>
 *   join ─► advertise + find at once ─► connect ─► every point was heard and all it named are subscribed,
 *                                                  or three seconds passed ─► market's onPeers: the join begins
 *        └► every 10 s find again (1 s, 2 s, 4 s … where that failed); every second tell the market who is there, if that changed
 * </pre>
 *
 * <p><b>Threading</b>: an agent; {@link #add} from any thread. It reads no clock but the cycle's.
 */
final class Finder implements Agent {

    /** Peers asked for at a time, and enough of them: a mesh needs a dozen, a snapshot a third of them. More are not dialled. */
    static final int FIND_LIMIT = 100;

    /** A market to look for; answers of a few dozen points for each of a node's markets. */
    private static final int MAILBOX_CAPACITY = 4_096;

    private static final int TASKS_PER_CYCLE = 64;

    static final long ROUND_NS = TimeUnit.MILLISECONDS.toNanos(100);
    static final long PEERS_NS = TimeUnit.SECONDS.toNanos(1);
    static final long FIND_NS = TimeUnit.SECONDS.toNanos(10);
    static final long FIND_AGAIN_NS = TimeUnit.SECONDS.toNanos(1);
    static final long JOIN_PATIENCE_NS = TimeUnit.SECONDS.toNanos(3);
    static final Duration TTL = Duration.ofHours(2);

    private static final Logger LOG = LoggerFactory.getLogger(Finder.class);

    /** What it needs of the node. */
    interface Ways {
        /** The peers subscribed to a topic now. */
        Set<PeerId> subscribed(String topic);

        boolean isConnected(PeerId peer);

        CompletableFuture<?> connect(PeerAddresses peer);

        static Ways of(Host host, PubSub pubsub) {
            return new Ways() {
                @Override
                public Set<PeerId> subscribed(String topic) {
                    return pubsub.topicPeers(topic);
                }

                @Override
                public boolean isConnected(PeerId peer) {
                    return host.isConnected(peer);
                }

                @Override
                public CompletableFuture<?> connect(PeerAddresses peer) {
                    return host.connect(peer.peer(), peer.addresses());
                }
            };
        }
    }

    private final PeerId self;
    private final Ways ways;
    private final List<PeerDiscovery> discoveries;
    private final Mailbox<Runnable> mailbox = new Mailbox<>("finder", MAILBOX_CAPACITY);
    private final List<Search> searches = new ArrayList<>();
    private long nowNs;
    private long nextNs = Long.MAX_VALUE;

    Finder(PeerId self, Ways ways, List<PeerDiscovery> discoveries) {
        this.self = self;
        this.ways = ways;
        this.discoveries = List.copyOf(discoveries);
    }

    /**
     * Begins to look for the peers of a market; false if there is no room for one more.
     *
     * @param peers is told who can be asked, on this agent's thread; the first call begins the join. What it does not take
     *     is told again in the next round
     */
    boolean add(String topic, Predicate<List<PeerId>> peers) {
        return mailbox.offer(() -> {
            searches.add(new Search(topic, peers));
            nextNs = nowNs;
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
        int work = mailbox.drain(Runnable::run, TASKS_PER_CYCLE);
        if (nextNs != Long.MAX_VALUE && nextNs - nowNs <= 0) {
            nextNs = Long.MAX_VALUE;
            for (Search search : searches) {
                search.round();
                long wakeNs = nowNs + (search.joining ? PEERS_NS : ROUND_NS);
                nextNs = nextNs == Long.MAX_VALUE || wakeNs - nextNs < 0 ? wakeNs : nextNs;
            }
            work++;
        }
        return work;
    }

    @Override
    public long nextDeadlineNs() {
        return nextNs;
    }

    /** One market's search. */
    private final class Search {
        private final String topic;
        private final Predicate<List<PeerId>> peers;
        private final List<Point> points = new ArrayList<>();
        private final Set<PeerId> awaited = new HashSet<>();
        private final long bornNs = nowNs;
        private boolean joining;
        private Set<PeerId> told = Set.of();

        private Search(String topic, Predicate<List<PeerId>> peers) {
            this.topic = topic;
            this.peers = peers;
            for (PeerDiscovery discovery : discoveries) {
                points.add(new Point(this, discovery));
            }
        }

        private void round() {
            Set<PeerId> there = new TreeSet<>(ways.subscribed(topic));
            points.forEach(point -> point.round(there.size()));
            boolean begins = !joining && (isComplete(there) || nowNs - bornNs >= JOIN_PATIENCE_NS);
            if ((begins || (joining && !there.equals(told))) && peers.test(List.copyOf(there))) {
                joining = true;
                awaited.clear();
                told = there;
            }
        }

        private boolean isComplete(Set<PeerId> there) {
            return points.isEmpty()
                    || (points.stream().allMatch(point -> point.heard || point.failures > 0)
                            && points.stream().anyMatch(point -> point.heard)
                            && there.containsAll(awaited));
        }

        private void onFound(List<PeerAddresses> found) {
            int room = FIND_LIMIT - ways.subscribed(topic).size();
            for (PeerAddresses peer : found) {
                boolean dials = !ways.isConnected(peer.peer());
                if (peer.peer().equals(self) || (dials && room-- <= 0)) {
                    continue;
                }
                if (!joining && awaited.size() < FIND_LIMIT) {
                    awaited.add(peer.peer());
                }
                if (dials) {
                    // A dial that fails is backed off by the host; the next round asks again.
                    ways.connect(peer).whenComplete((connection, failure) -> {
                        if (failure != null) {
                            mailbox.offer(() -> awaited.remove(peer.peer())); // registered once, and gone
                        }
                    });
                }
            }
        }
    }

    /** One place where one market's peers may be found. */
    private final class Point {
        private final Search search;
        private final PeerDiscovery discovery;
        private long findNs = nowNs;
        private boolean advertised;
        private volatile boolean asking;
        private boolean heard;
        private int failures;

        private Point(Search search, PeerDiscovery discovery) {
            this.search = search;
            this.discovery = discovery;
        }

        private void round(int there) {
            if (!advertised) {
                advertised = true; // a discovery renews by itself, also when its server was away
                discovery.advertise(search.topic, TTL).whenComplete((granted, failure) -> {
                    if (failure != null) {
                        LOG.debug("{} is not advertised yet", search.topic, failure);
                    }
                });
            }
            if (!asking && findNs - nowNs <= 0 && there < FIND_LIMIT) {
                asking = true;
                discovery.findPeers(search.topic, FIND_LIMIT).whenComplete(this::onAnswer);
            }
        }

        /** On whatever thread; an answer that finds no room here is asked for again. */
        private void onAnswer(@Nullable List<PeerAddresses> found, @Nullable Throwable failure) {
            boolean taken = mailbox.offer(() -> {
                asking = false;
                if (found == null) {
                    findNs = nowNs + Math.min(FIND_NS, FIND_AGAIN_NS << Math.min(failures, 4));
                    failures++;
                } else {
                    findNs = nowNs + FIND_NS;
                    failures = 0;
                    heard = true;
                    search.onFound(found);
                }
            });
            if (!taken) {
                asking = false;
            }
        }
    }
}
