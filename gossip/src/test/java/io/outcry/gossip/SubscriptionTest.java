package io.outcry.gossip;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PrivateKey;
import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.MessageSigner;
import io.outcry.gossip.message.Salt;
import io.outcry.gossip.message.SaltedHash;
import io.outcry.testkit.LeakCheck;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What waits for one subscriber. */
@ExtendWith(LeakCheck.class)
class SubscriptionTest {

    private static final int MEBIBYTE = 1 << 20;

    private final PrivateKey key = PrivateKey.generate(KeyType.ED25519);
    private final MessageSigner signer = new MessageSigner(key, 1, PooledByteBufAllocator.DEFAULT);
    private final ArrayDeque<Runnable> work = new ArrayDeque<>();
    private final List<Integer> heard = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    private Subscription subscription(int capacity, Overflow overflow, Executor executor) {
        return new Subscription(
                "T",
                capacity,
                overflow,
                message -> heard.add(message.data().length),
                executor,
                closed -> {},
                (what, failure) -> failures.add(what));
    }

    private Message message(int size) {
        GossipMessage made = signer.sign(
                TopicOptions.UNSIGNED.rule("T"),
                Unpooled.wrappedBuffer(new byte[size]),
                new SaltedHash(new Salt(1, 2)));
        Message copy = Message.copyOf(made, key.peerId());
        made.release();
        return copy;
    }

    private void work() {
        for (Runnable next = work.poll(); next != null; next = work.poll()) {
            next.run();
        }
    }

    @Test
    void longMessagesAreBoundedByTheirBytes() {
        Subscription newest = subscription(4096, Overflow.DROP_OLDEST, work::add);
        for (int i = 0; i < 20; i++) {
            newest.offer(message(MEBIBYTE + i));
        }
        work();
        assertThat(newest.dropped()).isEqualTo(5);
        assertThat(heard).hasSize(15).startsWith(MEBIBYTE + 5).endsWith(MEBIBYTE + 19);
        heard.clear();
        newest.offer(message(1));
        work();
        assertThat(heard).as("what was heard takes no room").containsExactly(1);
        heard.clear();
        Subscription oldest = subscription(4096, Overflow.DROP_NEWEST, work::add);
        for (int i = 0; i < 20; i++) {
            oldest.offer(message(MEBIBYTE - i));
        }
        work();
        assertThat(oldest.dropped()).isEqualTo(4);
        assertThat(heard).hasSize(16).startsWith(MEBIBYTE).endsWith(MEBIBYTE - 15);
    }

    @Test
    void oneMessageIsTakenHoweverLong() {
        Subscription one = subscription(4096, Overflow.DROP_NEWEST, work::add);
        one.offer(message((int) Subscription.BYTES_MAX + 1));
        work();
        assertThat(heard).containsExactly((int) Subscription.BYTES_MAX + 1);
    }

    @Test
    void anExecutorThatThrowsLosesWhatWaitedAndIsAskedAgain() {
        List<RuntimeException> refusals = new ArrayList<>(
                List.of(new RejectedExecutionException("shut down"), new IllegalStateException("broken")));
        Subscription unlucky = subscription(4, Overflow.DROP_OLDEST, task -> {
            if (!refusals.isEmpty()) {
                throw refusals.remove(0);
            }
            work.add(task);
        });
        for (int size = 1; size <= 3; size++) {
            unlucky.offer(message(size));
        }
        work();
        assertThat(heard).containsExactly(3);
        assertThat(unlucky.dropped()).isEqualTo(2);
        assertThat(failures).singleElement().asString().contains("the executor of a subscriber of T threw");
    }
}
