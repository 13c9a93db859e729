package io.outcry.gossip.router;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.gossip.router.RouterNet.Node;
import io.outcry.testkit.LeakCheck;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Several routers on wires, in virtual time. */
@ExtendWith(LeakCheck.class)
class RouterNetTest {

    private final RouterNet net = new RouterNet(7);

    @AfterEach
    void letGo() {
        net.close();
    }

    private void joined(int count, GossipParams params) {
        for (int i = 0; i < count; i++) {
            net.add(params).join(TopicParams.DEFAULT);
        }
    }

    @Test
    void aLineOfThreeDeliversEndToEndOnce() {
        joined(3, GossipParams.defaults());
        net.connect(net.nodes.get(0), net.nodes.get(1));
        net.connect(net.nodes.get(1), net.nodes.get(2));
        net.nodes.get(0).publish("a");
        net.nodes.get(2).publish("b");
        net.advance(5000);
        assertThat(net.nodes.get(0).delivered).containsExactly("b");
        assertThat(net.nodes.get(1).delivered).containsExactly("a", "b");
        assertThat(net.nodes.get(2).delivered).containsExactly("a");
    }

    @Test
    void aWholeNetOfThirtyDeliversEverythingToEverybodyOnce() {
        joined(30, GossipParams.builder().floodPublish(false).build());
        for (int i = 0; i < 30; i++) {
            for (int j = i + 1; j < 30; j++) {
                net.connect(net.nodes.get(i), net.nodes.get(j));
            }
        }
        net.advance(3000);
        for (int i = 0; i < 30; i++) {
            net.nodes.get(i).publish("m" + i);
        }
        net.advance(5000);
        for (Node node : net.nodes) {
            assertThat(node.router.mesh(RouterNet.TOPIC)).hasSizeBetween(4, 12);
            assertThat(node.delivered).hasSize(29).doesNotHaveDuplicates();
        }
    }

    @Test
    void aLateJoinerHearsEarlierMessagesThroughGossip() {
        TopicParams noMesh = TopicParams.DEFAULT.withDegrees(0, 0, 12);
        Node early = net.add(GossipParams.defaults());
        early.join(noMesh);
        early.publish("old");
        Node late = net.add(GossipParams.defaults());
        late.join(noMesh);
        net.connect(early, late);
        assertThat(late.delivered).isEmpty();
        net.advance(1500);
        assertThat(late.delivered).containsExactly("old");
    }

    @Test
    void publishingToATopicNotJoinedGoesThroughAFanout() {
        Node publisher = net.add(GossipParams.builder().floodPublish(false).build());
        joined(10, GossipParams.defaults());
        for (Node node : net.nodes.subList(1, 11)) {
            net.connect(publisher, node);
        }
        assertThat(publisher.publish("x")).isEqualTo(6);
        assertThat(publisher.router.fanout(RouterNet.TOPIC)).hasSize(6);
        net.advance(61_000);
        assertThat(publisher.router.fanout(RouterNet.TOPIC)).isEmpty();
    }

    @Test
    void aDisconnectedNodeLeavesNothingBehindAndMeshesAgainWhenItReturns() {
        joined(2, GossipParams.defaults());
        Node a = net.nodes.get(0);
        Node b = net.nodes.get(1);
        net.connect(a, b);
        assertThat(a.router.mesh(RouterNet.TOPIC)).containsExactly(b.id);
        net.disconnect(a, b);
        assertThat(a.router.mesh(RouterNet.TOPIC)).isEmpty();
        assertThat(a.router.topicPeers(RouterNet.TOPIC)).isEmpty();
        net.connect(b, a);
        b.publish("again");
        assertThat(a.delivered).containsExactly("again");
        assertThat(a.router.mesh(RouterNet.TOPIC)).containsExactly(b.id);
    }
}
