package io.outcry.gossip.outbox;

/**
 * What may wait for one peer.
 *
 * @param peerBytesMax bytes of messages; 4 MiB, a second of a 32 Mbit/s link
 * @param controlFrameBytesMax bytes of control entries and subscriptions a frame; rust-libp2p resets a stream over 16 KiB
 * @param ihaveIdsMax ids waiting to be announced: two heartbeats' worth at the cap of 5000
 * @param iwantIdsMax ids waiting to be asked for, likewise
 */
public record OutboxLimits(long peerBytesMax, int controlFrameBytesMax, int ihaveIdsMax, int iwantIdsMax) {

    /** A frame must hold an entry with the longest topic and id. */
    private static final int CONTROL_FRAME_BYTES_LEAST = 2048;

    public static final OutboxLimits DEFAULT = new OutboxLimits(4L << 20, 16 << 10, 10_000, 10_000);

    public OutboxLimits {
        if (peerBytesMax < 1 || ihaveIdsMax < 1 || iwantIdsMax < 1) {
            throw new IllegalArgumentException("peerBytesMax is " + peerBytesMax + ", ihaveIdsMax " + ihaveIdsMax
                    + " and iwantIdsMax " + iwantIdsMax + "; each must be at least 1");
        }
        if (controlFrameBytesMax < CONTROL_FRAME_BYTES_LEAST) {
            throw new IllegalArgumentException("controlFrameBytesMax is " + controlFrameBytesMax
                    + "; it must be at least " + CONTROL_FRAME_BYTES_LEAST);
        }
    }
}
