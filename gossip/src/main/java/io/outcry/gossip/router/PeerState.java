package io.outcry.gossip.router;

import io.outcry.core.identity.PeerId;
import org.agrona.collections.Int2ObjectHashMap;

/** Everything the router knows of one peer, let go at once when it leaves. */
final class PeerState {

    final PeerId id;
    final byte[] idBytes;
    final int slot;
    /** Never given twice, unlike the slot. */
    final int serial;
    /** This node dialled the connection. */
    final boolean outbound;

    boolean direct;
    boolean up = true;
    PeerProtocol protocol;
    /** By topic index; at most {@code topicsPerPeerMax} subscribed ones and those meshed without. */
    final Int2ObjectHashMap<Member> members = new Int2ObjectHashMap<>();

    int topics;
    int topicBytes;

    // Counted within a heartbeat.
    int ihaveRpcs;
    int idsHeard;
    int idsAsked;
    int idsServed;

    PeerState(PeerId id, int slot, int serial, PeerProtocol protocol, boolean outbound, boolean direct) {
        this.id = id;
        this.idBytes = id.bytes();
        this.slot = slot;
        this.serial = serial;
        this.protocol = protocol;
        this.outbound = outbound;
        this.direct = direct;
    }

    void startHeartbeat() {
        ihaveRpcs = 0;
        idsHeard = 0;
        idsAsked = 0;
        idsServed = 0;
    }
}
