package io.outcry.transport;

import io.outcry.core.identity.PeerRecord;
import io.outcry.core.multiformats.Multiaddr;
import java.util.List;
import java.util.Optional;

/**
 * What a peer told about itself by identify, checked and cleaned.
 *
 * @param agent its software, control characters removed, cut to a length fit for a log line
 * @param protocolVersion as told, cleaned likewise
 * @param protocols what it speaks
 * @param addresses where it listens, those we may believe: no loopback from afar, nothing private from the public network
 * @param observed where it sees us; recorded, never dialled on one peer's word
 * @param signedRecord its signed peer record, if it sent a valid one
 */
public record IdentifyInfo(
        String agent,
        String protocolVersion,
        List<String> protocols,
        List<Multiaddr> addresses,
        Optional<Multiaddr> observed,
        Optional<PeerRecord> signedRecord) {

    public IdentifyInfo {
        protocols = List.copyOf(protocols);
        addresses = List.copyOf(addresses);
    }
}
