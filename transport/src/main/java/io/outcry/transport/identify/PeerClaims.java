package io.outcry.transport.identify;

import io.outcry.core.identity.PeerRecord;
import io.outcry.core.multiformats.Multiaddr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a peer told of itself, checked. In a push, what is null or empty is unchanged.
 *
 * @param protocolVersion the family of protocols; null if not told
 * @param agent what runs there, made fit to be shown; null if not told
 * @param protocols what it speaks, in its order, without repetition
 * @param addresses where it listens: those of the signed record if there is one, else what it merely claims
 * @param observed where it sees us; null if not told
 * @param record the signed record; null if there was none, or it was not true
 * @param envelope the bytes of the record as received, to be handed on; null with it
 * @param recordFault why a record was not believed, in which case {@code addresses} is empty; null if none was wrong
 */
public record PeerClaims(
        @Nullable String protocolVersion,
        @Nullable String agent,
        List<String> protocols,
        List<Multiaddr> addresses,
        @Nullable Multiaddr observed,
        @Nullable PeerRecord record,
        byte @Nullable [] envelope,
        @Nullable String recordFault) {

    public PeerClaims {
        protocols = List.copyOf(protocols);
        addresses = List.copyOf(addresses);
    }

    /** True if the addresses are signed by the peer. */
    public boolean isCertified() {
        return record != null;
    }
}
