package io.outcry.gossip.router;

/** One peer in one topic: the link between a {@link PeerState} and a {@link TopicState}. */
final class Member {

    final PeerState peer;
    final TopicState topic;
    /** The peer said SUBSCRIBE; false for one that grafted without having said so. */
    boolean subscribed;

    boolean inMesh;
    boolean inFanout;
    /** The index in the topic's members, which they keep. */
    int place;

    Member(PeerState peer, TopicState topic) {
        this.peer = peer;
        this.topic = topic;
    }

    /** Direct and floodsub peers hear everything and are in no mesh and no fanout. */
    boolean hearsAll() {
        return peer.direct || !peer.protocol.meshes();
    }
}
