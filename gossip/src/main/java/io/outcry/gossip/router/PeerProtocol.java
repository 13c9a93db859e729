package io.outcry.gossip.router;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a peer speaks; asked by feature, never by comparing versions. */
public enum PeerProtocol {
    FLOODSUB("/floodsub/1.0.0"),
    MESHSUB_1_0("/meshsub/1.0.0"),
    MESHSUB_1_1("/meshsub/1.1.0");

    /** What this node offers, best first. */
    public static final List<String> OFFERED = List.of(MESHSUB_1_1.id, MESHSUB_1_0.id, FLOODSUB.id);

    private final String id;

    PeerProtocol(String id) {
        this.id = id;
    }

    /** The protocol id on the wire. */
    public String id() {
        return id;
    }

    /** May be grafted, gossiped to and kept in a fanout. */
    public boolean meshes() {
        return this != FLOODSUB;
    }

    /** Understands the backoff in a PRUNE. */
    public boolean backsOff() {
        return this == MESHSUB_1_1;
    }

    /** The protocol with this id; null if it is none of ours. */
    public static @Nullable PeerProtocol of(String id) {
        for (PeerProtocol protocol : values()) {
            if (protocol.id.equals(id)) {
                return protocol;
            }
        }
        return null;
    }
}
