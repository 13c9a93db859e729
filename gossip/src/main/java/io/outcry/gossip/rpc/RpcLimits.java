package io.outcry.gossip.rpc;

/**
 * What one inbound frame may hold. Each repeated field is counted over the whole frame, also when control messages are
 * split and merge, before any entry becomes an object. The defaults accept what the five known implementations send.
 *
 * @param frameLengthMax bytes of one frame without its length prefix; 1 MiB as in most implementations
 * @param topicLengthMax bytes of a topic's name; longer ones are ignored, the frame is not
 * @param idLengthMax bytes of a message id; longer ones are ignored
 * @param subscriptionsMax entries; a node with thousands of topics says hello in one frame
 * @param messagesMax published messages
 * @param ihavesMax IHAVE entries, one a topic
 * @param ihaveIdsMax ids over all IHAVE entries; go sends up to 5000 a topic
 * @param iwantsMax IWANT entries
 * @param iwantIdsMax ids over all IWANT entries
 * @param graftsMax GRAFT entries
 * @param prunesMax PRUNE entries
 * @param prunePeersMax suggested peers over all PRUNE entries
 * @param skippedMax fields we skip
 */
public record RpcLimits(
        int frameLengthMax,
        int topicLengthMax,
        int idLengthMax,
        int subscriptionsMax,
        int messagesMax,
        int ihavesMax,
        int ihaveIdsMax,
        int iwantsMax,
        int iwantIdsMax,
        int graftsMax,
        int prunesMax,
        int prunePeersMax,
        int skippedMax) {

    /** A list longer than this no implementation sends; js-libp2p draws the same line. */
    private static final int ENTRIES = 5000;

    /** The limits without a word from the user. */
    public static final RpcLimits DEFAULT = new RpcLimits(
            1 << 20, 1024, 256, ENTRIES, ENTRIES, ENTRIES, 50_000, ENTRIES, 50_000, ENTRIES, ENTRIES, ENTRIES, 50_000);

    public RpcLimits {
        positive(frameLengthMax, "frameLengthMax");
        positive(topicLengthMax, "topicLengthMax");
        positive(idLengthMax, "idLengthMax");
        positive(subscriptionsMax, "subscriptionsMax");
        positive(messagesMax, "messagesMax");
        positive(ihavesMax, "ihavesMax");
        positive(ihaveIdsMax, "ihaveIdsMax");
        positive(iwantsMax, "iwantsMax");
        positive(iwantIdsMax, "iwantIdsMax");
        positive(graftsMax, "graftsMax");
        positive(prunesMax, "prunesMax");
        positive(prunePeersMax, "prunePeersMax");
        positive(skippedMax, "skippedMax");
    }

    /** The same limits with another frame length. */
    public RpcLimits withFrameLengthMax(int bytes) {
        return new RpcLimits(
                bytes,
                topicLengthMax,
                idLengthMax,
                subscriptionsMax,
                messagesMax,
                ihavesMax,
                ihaveIdsMax,
                iwantsMax,
                iwantIdsMax,
                graftsMax,
                prunesMax,
                prunePeersMax,
                skippedMax);
    }

    private static void positive(int value, String name) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " is " + value + "; it must be at least 1");
        }
    }
}
