package io.outcry.gossip.router;

import java.time.Duration;
import java.util.function.Predicate;

/**
 * The parameters of a router; those of a mesh are in {@link TopicParams}. Made with {@link #builder()}.
 *
 * @param defaultTopic the mesh of topics joined without parameters of their own, and of fanouts
 * @param heartbeatMs interval of the heartbeat
 * @param heartbeatDelayMs before the first heartbeat
 * @param fanoutTtlMs a fanout without a publish is forgotten after this
 * @param historyLength windows the message cache keeps
 * @param historyGossip windows whose ids are announced
 * @param historyBytesMax bytes of the message cache at most; fewer when the node needs its memory elsewhere
 * @param seenTtlMs how long an id counts as seen
 * @param seenEntriesMax ids remembered at most; 2^20 cost 32 MiB or less
 * @param pruneBackoffMs announced with a PRUNE
 * @param unsubscribeBackoffMs announced when leaving a topic
 * @param backoffMaxMs a peer's backoff is cut to this (an hour; unclamped ones have crashed other routers)
 * @param backoffSlackMs added before this node grafts again, for skewed clocks
 * @param backoffsPerTopicMax remembered backoffs of a topic
 * @param graftFloodMs a GRAFT this soon after a PRUNE counts twice
 * @param floodPublish own messages go to every peer of the topic
 * @param ihaveRpcsMax RPCs with an IHAVE heard of a peer in a heartbeat
 * @param ihaveIdsMax ids asked of a peer in a heartbeat, and announced to one for a topic; four times as many are looked up
 * @param iwantIdsMax ids of a peer's IWANTs looked up in a heartbeat
 * @param iwantRetransmissionsMax times one message is sent to one peer for its IWANTs
 * @param iwantPeersMax peers asked for one id at a time: enough that a liar does not hide it, few enough that it does not
 *     come many times
 * @param iwantFollowupMs an IWANT not answered by then is a broken promise
 * @param promisesMax IWANTs followed at a time; beyond, ids are asked for unfollowed
 * @param topicsPerPeerMax topics a peer may be subscribed to
 * @param topicBytesPerPeerMax bytes of those topics' names
 * @param topicsMax topics known in all, joined or not
 * @param topicFilter the topics this node hears of and takes part in, by default all. Asked on the router's thread, so quick
 *     and a pure function; what it throws is no
 * @param verdictsMax messages waiting for a verdict; beyond, new ones are dropped unseen
 * @param verdictTimeoutMs a verdict that has not come by then is IGNORE
 */
public record GossipParams(
        TopicParams defaultTopic,
        long heartbeatMs,
        long heartbeatDelayMs,
        long fanoutTtlMs,
        int historyLength,
        int historyGossip,
        long historyBytesMax,
        long seenTtlMs,
        int seenEntriesMax,
        long pruneBackoffMs,
        long unsubscribeBackoffMs,
        long backoffMaxMs,
        long backoffSlackMs,
        int backoffsPerTopicMax,
        long graftFloodMs,
        boolean floodPublish,
        int ihaveRpcsMax,
        int ihaveIdsMax,
        int iwantIdsMax,
        int iwantRetransmissionsMax,
        int iwantPeersMax,
        long iwantFollowupMs,
        int promisesMax,
        int topicsPerPeerMax,
        int topicBytesPerPeerMax,
        int topicsMax,
        Predicate<String> topicFilter,
        int verdictsMax,
        long verdictTimeoutMs) {

    /** Times longer than this are mistakes, and would not stay within a long of nanoseconds when added. */
    private static final long TIME_MAX_MS = Duration.ofDays(365).toMillis();

    public GossipParams {
        time(heartbeatMs, "heartbeatMs");
        time(heartbeatDelayMs + 1, "heartbeatDelayMs");
        time(fanoutTtlMs, "fanoutTtlMs");
        time(seenTtlMs, "seenTtlMs");
        time(pruneBackoffMs, "pruneBackoffMs");
        time(unsubscribeBackoffMs, "unsubscribeBackoffMs");
        time(backoffMaxMs, "backoffMaxMs");
        time(backoffSlackMs + 1, "backoffSlackMs");
        time(graftFloodMs + 1, "graftFloodMs");
        time(iwantFollowupMs, "iwantFollowupMs");
        time(verdictTimeoutMs, "verdictTimeoutMs");
        count(historyLength, "historyLength");
        count(historyGossip + 1, "historyGossip");
        if (historyGossip > historyLength) {
            throw new IllegalArgumentException("historyGossip is " + historyGossip + " and historyLength "
                    + historyLength + "; one cannot announce what is no longer kept");
        }
        if (historyBytesMax < 1) {
            throw new IllegalArgumentException("historyBytesMax is " + historyBytesMax + "; it must be at least 1");
        }
        count(seenEntriesMax, "seenEntriesMax");
        count(backoffsPerTopicMax, "backoffsPerTopicMax");
        count(ihaveRpcsMax, "ihaveRpcsMax");
        count(ihaveIdsMax, "ihaveIdsMax");
        count(iwantIdsMax, "iwantIdsMax");
        count(iwantRetransmissionsMax, "iwantRetransmissionsMax");
        count(iwantPeersMax, "iwantPeersMax");
        count(promisesMax, "promisesMax");
        count(topicsPerPeerMax, "topicsPerPeerMax");
        count(topicBytesPerPeerMax, "topicBytesPerPeerMax");
        count(topicsMax, "topicsMax");
        count(verdictsMax, "verdictsMax");
    }

    /** True if this node hears of the topic and may take part in it. */
    public boolean allows(String topic) {
        try {
            return topicFilter.test(topic);
        } catch (RuntimeException e) {
            return false;
        }
    }

    private static void time(long ms, String name) {
        if (ms < 1 || ms > TIME_MAX_MS) {
            throw new IllegalArgumentException(name
                    + " is out of range: it must be positive (a delay may be 0) and at most " + TIME_MAX_MS + " ms");
        }
    }

    private static void count(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    name + " is too small: it must be at least 1 (historyGossip at least 0)");
        }
    }

    /** The specification's defaults. */
    public static GossipParams defaults() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Makes {@link GossipParams}; what is not said keeps the specification's value. */
    public static final class Builder {
        private TopicParams defaultTopic = TopicParams.DEFAULT;
        private long heartbeatMs = 1000;
        private long heartbeatDelayMs = 100;
        private long fanoutTtlMs = 60_000;
        private int historyLength = 5;
        private int historyGossip = 3;
        private long historyBytesMax = 64L << 20;
        private long seenTtlMs = 120_000;
        private int seenEntriesMax = 1 << 20;
        private long pruneBackoffMs = 60_000;
        private long unsubscribeBackoffMs = 10_000;
        private long backoffMaxMs = 3_600_000;
        private long backoffSlackMs = 1000;
        private int backoffsPerTopicMax = 16_384;
        private long graftFloodMs = 10_000;
        private boolean floodPublish = true;
        private int ihaveRpcsMax = 10;
        private int ihaveIdsMax = 5000;
        private int iwantIdsMax = 5000;
        private int iwantRetransmissionsMax = 3;
        private int iwantPeersMax = 3;
        private long iwantFollowupMs = 3000;
        private int promisesMax = 65_536;
        private int topicsPerPeerMax = 1024;
        private int topicBytesPerPeerMax = 128 << 10;
        private int topicsMax = 65_536;
        private Predicate<String> topicFilter = topic -> true;
        private int verdictsMax = 8192;
        private long verdictTimeoutMs = 30_000;

        private Builder() {}

        public Builder defaultTopic(TopicParams value) {
            defaultTopic = value;
            return this;
        }

        public Builder heartbeat(Duration interval, Duration delay) {
            heartbeatMs = interval.toMillis();
            heartbeatDelayMs = delay.toMillis();
            return this;
        }

        public Builder fanoutTtl(Duration value) {
            fanoutTtlMs = value.toMillis();
            return this;
        }

        public Builder history(int length, int gossip, long bytesMax) {
            historyLength = length;
            historyGossip = gossip;
            historyBytesMax = bytesMax;
            return this;
        }

        public Builder seen(Duration ttl, int entriesMax) {
            seenTtlMs = ttl.toMillis();
            seenEntriesMax = entriesMax;
            return this;
        }

        public Builder backoff(Duration prune, Duration unsubscribe, Duration slack) {
            pruneBackoffMs = prune.toMillis();
            unsubscribeBackoffMs = unsubscribe.toMillis();
            backoffSlackMs = slack.toMillis();
            return this;
        }

        public Builder backoffMax(Duration value, int perTopicMax) {
            backoffMaxMs = value.toMillis();
            backoffsPerTopicMax = perTopicMax;
            return this;
        }

        public Builder graftFlood(Duration value) {
            graftFloodMs = value.toMillis();
            return this;
        }

        public Builder floodPublish(boolean value) {
            floodPublish = value;
            return this;
        }

        public Builder ihave(int rpcsMax, int idsMax) {
            ihaveRpcsMax = rpcsMax;
            ihaveIdsMax = idsMax;
            return this;
        }

        public Builder iwant(int idsMax, int retransmissionsMax, int peersMax, Duration followup) {
            iwantIdsMax = idsMax;
            iwantRetransmissionsMax = retransmissionsMax;
            iwantPeersMax = peersMax;
            iwantFollowupMs = followup.toMillis();
            return this;
        }

        public Builder promisesMax(int value) {
            promisesMax = value;
            return this;
        }

        public Builder topics(int perPeerMax, int bytesPerPeerMax, int max) {
            topicsPerPeerMax = perPeerMax;
            topicBytesPerPeerMax = bytesPerPeerMax;
            topicsMax = max;
            return this;
        }

        public Builder topicFilter(Predicate<String> value) {
            topicFilter = value;
            return this;
        }

        public Builder verdicts(int max, Duration timeout) {
            verdictsMax = max;
            verdictTimeoutMs = timeout.toMillis();
            return this;
        }

        public GossipParams build() {
            return new GossipParams(
                    defaultTopic,
                    heartbeatMs,
                    heartbeatDelayMs,
                    fanoutTtlMs,
                    historyLength,
                    historyGossip,
                    historyBytesMax,
                    seenTtlMs,
                    seenEntriesMax,
                    pruneBackoffMs,
                    unsubscribeBackoffMs,
                    backoffMaxMs,
                    backoffSlackMs,
                    backoffsPerTopicMax,
                    graftFloodMs,
                    floodPublish,
                    ihaveRpcsMax,
                    ihaveIdsMax,
                    iwantIdsMax,
                    iwantRetransmissionsMax,
                    iwantPeersMax,
                    iwantFollowupMs,
                    promisesMax,
                    topicsPerPeerMax,
                    topicBytesPerPeerMax,
                    topicsMax,
                    topicFilter,
                    verdictsMax,
                    verdictTimeoutMs);
        }
    }
}
