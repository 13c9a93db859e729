package io.outcry.gossip.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.outcry.core.memory.MemoryBudget;
import io.outcry.core.memory.Priority;
import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.MessageFields;
import io.outcry.gossip.message.MessageId;
import io.outcry.gossip.message.Salt;
import io.outcry.gossip.message.SaltedHash;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Seeds;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is remembered, for how long, and no longer. */
@ExtendWith({LeakCheck.class, Seeds.class})
class CacheTest {

    private static final long SECOND = 1_000_000_000L;
    private final SaltedHash hash = new SaltedHash(new Salt(5, 6));

    private MessageId id(int number) {
        return MessageId.of(("id" + number).getBytes(StandardCharsets.UTF_8), hash);
    }

    private GossipMessage message(int number, int size) {
        ByteBuf bytes = Unpooled.buffer()
                .writeByte(0x12)
                .writeByte(0x80 | size & 0x7f)
                .writeByte(size >> 7)
                .writeZero(size);
        MessageFields fields = new MessageFields();
        assertThat(fields.wrap(bytes, 0, bytes.readableBytes())).isTrue();
        return GossipMessage.copying(fields, "t" + number % 2, id(number), PooledByteBufAllocator.DEFAULT);
    }

    private static MessageCache cache(int history, int gossip, long bytesMax) {
        return new MessageCache(history, gossip, bytesMax, new MemoryBudget("test", Long.MAX_VALUE));
    }

    private void put(MessageCache cache, int number, int size) {
        GossipMessage message = message(number, size);
        cache.put(message, number % 2);
        message.release();
    }

    private static List<String> announced(MessageCache cache) {
        List<String> ids = new ArrayList<>();
        cache.forEachGossip((topic, message) -> ids.add(new String(message.id().bytes(), StandardCharsets.UTF_8)));
        return ids;
    }

    private boolean has(MessageCache cache, int number) {
        ByteBuf id = Unpooled.wrappedBuffer(id(number).bytes());
        return cache.get(id(number).low(), id, 0, id.readableBytes()) != null;
    }

    // --------------------------------------------------------------------------------------------------------- seen

    @Test
    void anIdIsNewOnceWithinTheTimeToLive() {
        SeenCache seen = new SeenCache(120 * SECOND, 1000);
        assertThat(seen.add(id(1), 0)).isTrue();
        assertThat(seen.add(id(1), 119 * SECOND)).isFalse();
        assertThat(seen.contains(id(1).high(), id(1).low(), 119 * SECOND)).isTrue();
        assertThat(seen.add(id(1), 170 * SECOND)).isTrue();
    }

    @Test
    void seeingAgainDoesNotProlong() {
        SeenCache seen = new SeenCache(120 * SECOND, 1000);
        for (int s = 0; s < 160; s += 10) {
            seen.add(id(1), s * SECOND);
        }
        assertThat(seen.add(id(1), 160 * SECOND)).isTrue();
    }

    @Test
    void aFullCacheForgetsTheOldestAndCountsThem() {
        SeenCache seen = new SeenCache(120 * SECOND, 1000);
        for (int i = 0; i < 5000; i++) {
            assertThat(seen.add(id(i), i)).isTrue();
            assertThat(seen.size()).isLessThanOrEqualTo(1000);
        }
        assertThat(seen.contains(id(4999).high(), id(4999).low(), 5000)).isTrue();
        assertThat(seen.contains(id(4300).high(), id(4300).low(), 5000)).isTrue();
        assertThat(seen.contains(id(0).high(), id(0).low(), 5000)).isFalse();
        assertThat(seen.forgottenEarly()).isPositive();
    }

    @Test
    void behavesLikeAMapWithTimes(RandomGenerator random) {
        SeenCache seen = new SeenCache(90, 1 << 20);
        Map<Integer, Long> model = new HashMap<>();
        long now = -1000;
        for (int i = 0; i < 50_000; i++) {
            now += random.nextInt(3);
            int number = random.nextInt(3000);
            boolean fresh = seen.add(id(number), now);
            Long since = model.get(number);
            if (since == null || now - since >= 120) {
                assertThat(fresh).as("%d at %d, since %s", number, now, since).isTrue();
            } else if (now - since < 90) {
                assertThat(fresh).as("%d at %d, since %s", number, now, since).isFalse();
            }
            if (fresh) {
                model.put(number, now);
            }
        }
    }

    @Test
    void aLongSilenceForgetsEverything() {
        SeenCache seen = new SeenCache(120 * SECOND, 1000);
        seen.add(id(1), 0);
        assertThat(seen.add(id(2), 1_000_000 * SECOND)).isTrue();
        assertThat(seen.size()).isEqualTo(1);
    }

    @Test
    void theKeyZeroIsAKey() {
        SeenCache seen = new SeenCache(120 * SECOND, 1000);
        assertThat(seen.add(0, 0, 0)).isTrue();
        assertThat(seen.add(0, 0, 0)).isFalse();
        assertThat(seen.add(7, 0, 0)).isTrue();
        assertThat(seen.add(7, 0, 0)).isFalse();
    }

    @Test
    void knownIdsAreRememberedUntilReplacedOrOld() {
        KnownIds known = new KnownIds(1000, 120 * SECOND);
        known.add(id(1), 0);
        assertThat(known.contains(id(1).high(), id(1).low(), 119 * SECOND)).isTrue();
        assertThat(known.contains(id(2).high(), id(2).low(), 0)).isFalse();
        assertThat(known.contains(id(1).high(), id(1).low(), 120 * SECOND)).isFalse();
    }

    // ------------------------------------------------------------------------------------------------------ history

    @Test
    void messagesStayForTheWindowsOfTheHistoryAndAreAnnouncedForFewer() {
        try (MessageCache cache = cache(5, 3, 1 << 20)) {
            put(cache, 1, 10);
            for (int shifts = 0; shifts < 5; shifts++) {
                assertThat(has(cache, 1)).isTrue();
                assertThat(announced(cache)).hasSize(shifts < 3 ? 1 : 0);
                cache.shift();
            }
            assertThat(has(cache, 1)).isFalse();
            assertThat(cache.bytes()).isZero();
        }
    }

    @Test
    void theSameIdIsKeptOnce() {
        try (MessageCache cache = cache(5, 3, 1 << 20)) {
            put(cache, 1, 10);
            cache.shift();
            put(cache, 1, 10);
            assertThat(announced(cache)).containsExactly("id1");
            assertThat(cache.size()).isEqualTo(1);
        }
    }

    @Test
    void overTheByteCapTheOldestLeaveAndTheRestKeepTheirTime() {
        try (MessageCache cache = cache(5, 5, 10_000)) {
            for (int i = 0; i < 20; i++) {
                put(cache, i, 1000);
                cache.shift();
                assertThat(cache.bytes()).isLessThanOrEqualTo(10_000);
            }
            for (int i = 20; i < 40; i++) {
                put(cache, i, 1000);
            }
            assertThat(cache.size()).isEqualTo(7);
            assertThat(has(cache, 39)).isTrue();
            assertThat(has(cache, 32)).isFalse();
            assertThat(cache.evicted()).isPositive();
            for (int i = 0; i < 4; i++) {
                cache.shift();
            }
            assertThat(has(cache, 39)).isTrue();
            cache.shift();
            assertThat(cache.size()).isZero();
            assertThat(cache.bytes()).isZero();
        }
    }

    @Test
    void theCacheGivesWayWhenTheNodesMemoryIsWantedElsewhere() {
        MemoryBudget node = new MemoryBudget("node", 100_000);
        try (MessageCache cache = new MessageCache(5, 5, 1 << 20, node)) {
            for (int i = 0; i < 100; i++) {
                put(cache, i, 1000);
            }
            assertThat(node.used()).isEqualTo(cache.bytes()).isBetween(35_000L, 40_000L);
            assertThat(has(cache, 99)).isTrue();
            assertThat(node.reserve(20_000, Priority.MEDIUM)).isTrue();
            put(cache, 100, 1000);
            assertThat(has(cache, 100)).isTrue();
            assertThat(node.used()).isLessThanOrEqualTo(40_000);
            assertThat(node.reserve(39_000, Priority.HIGH)).isTrue();
            put(cache, 101, 1000);
            assertThat(cache.size()).as("there is no room for one").isZero();
            assertThat(node.used()).isEqualTo(59_000);
            node.release(59_000);
            put(cache, 102, 1000);
            assertThat(has(cache, 102)).isTrue();
        }
        assertThat(node.used()).isZero();
    }

    @Test
    void aMessageLongerThanTheCacheDrivesNothingOut() {
        try (MessageCache cache = cache(5, 5, 10_000)) {
            put(cache, 1, 1000);
            put(cache, 2, 12_000);
            assertThat(has(cache, 1)).isTrue();
            assertThat(has(cache, 2)).isFalse();
        }
    }

    @Test
    void asksAreCountedByPeerWhileTheMessageIsHere() {
        try (MessageCache cache = cache(2, 1, 1 << 20)) {
            GossipMessage message = message(1, 10);
            assertThat(cache.countAsked(message, 7)).isZero();
            cache.put(message, 1);
            assertThat(cache.countAsked(message, 7)).isEqualTo(1);
            assertThat(cache.countAsked(message, 7)).isEqualTo(2);
            assertThat(cache.countAsked(message, 8)).isEqualTo(1);
            message.release();
        }
    }
}
