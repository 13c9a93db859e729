package io.outcry.transport.identify;

import io.outcry.core.identity.PublicKey;
import io.outcry.core.identity.SignedEnvelope;
import io.outcry.core.multiformats.Multiaddr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this side tells of itself.
 *
 * @param key of this host
 * @param addresses where it listens, without its peer id
 * @param protocols what it speaks
 * @param protocolVersion the family of protocols, for example {@code ipfs/0.1.0}
 * @param agentVersion what runs here
 * @param record the same addresses, signed; null to send none
 */
public record LocalIdentity(
        PublicKey key,
        List<Multiaddr> addresses,
        List<String> protocols,
        String protocolVersion,
        String agentVersion,
        @Nullable SignedEnvelope record) {

    public LocalIdentity {
        addresses = List.copyOf(addresses);
        protocols = List.copyOf(protocols);
    }
}
