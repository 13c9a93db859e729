package io.outcry.discovery;

import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Multiaddr;
import java.util.List;

/**
 * Somebody who was found, and where to dial.
 *
 * @param peer who
 * @param addresses without the peer at their end
 */
public record PeerAddresses(PeerId peer, List<Multiaddr> addresses) {

    public PeerAddresses {
        addresses = List.copyOf(addresses);
    }
}
