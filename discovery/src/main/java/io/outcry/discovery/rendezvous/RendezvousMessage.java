package io.outcry.discovery.rendezvous;

import java.util.List;

/**
 * The messages of the rendezvous protocol.
 *
 * <p>Records hold arrays for speed and share them: whoever makes one gives them away.
 *
 * <p><b>Spec</b>: libp2p rendezvous, "Protobuf".
 */
@SuppressWarnings("ArrayRecordComponent")
public sealed interface RendezvousMessage {

    /** The namespace field was absent, or a TTL, or a limit. */
    long UNSET = 0;

    /**
     * Registers the sender.
     *
     * @param namespace where
     * @param signedRecord the sender's signed peer record
     * @param ttlS seconds; {@link #UNSET} for the point's default
     */
    record Register(String namespace, byte[] signedRecord, long ttlS) implements RendezvousMessage {}

    /**
     * Answers {@link Register}.
     *
     * @param ttlS seconds granted; {@link #UNSET} unless OK
     */
    record RegisterResponse(RendezvousStatus status, String text, long ttlS) implements RendezvousMessage {}

    /** Ends a registration; there is no answer. */
    record Unregister(String namespace) implements RendezvousMessage {}

    /**
     * Asks who is registered.
     *
     * @param namespace where; empty for everywhere
     * @param limit at most so many; {@link #UNSET} for as many as the point gives
     * @param cookie of an earlier answer, to hear only what came since; or empty
     */
    record Discover(String namespace, long limit, byte[] cookie) implements RendezvousMessage {}

    /** Answers {@link Discover}; the TTL of each registration is what is left of it. */
    record DiscoverResponse(List<Register> registrations, byte[] cookie, RendezvousStatus status, String text)
            implements RendezvousMessage {

        public DiscoverResponse {
            registrations = List.copyOf(registrations);
        }
    }
}
