package io.outcry.gossip.rpc;

import io.netty.buffer.ByteBuf;
import io.outcry.gossip.message.Proto;
import org.jspecify.annotations.Nullable;

/**
 * Reads one RPC: first {@link #check}, which allocates nothing and counts everything, then the walks, which hand out
 * offsets.
 *
 * <p><b>Threading</b>: confined; any number of readers may look at one buffer.
 *
 * <p><b>Errors</b>: what a peer sent wrong is an {@link RpcError}, never an exception. The walks must only be given what
 * {@code check} passed; given anything else they stop at the first bad byte.
 *
 * <p><b>Spec</b>: pubsub README "The RPC"; gossipsub-v1.0 and v1.1 "Protobuf".
 */
public final class RpcReader {

    private static final int RPC_SUBSCRIPTIONS = 1;
    private static final int RPC_PUBLISH = 2;
    private static final int RPC_CONTROL = 3;
    private static final int CONTROL_IHAVE = 1;
    private static final int CONTROL_IWANT = 2;
    private static final int CONTROL_GRAFT = 3;
    private static final int CONTROL_PRUNE = 4;

    private final RpcLimits limits;
    private final Proto outer = new Proto();
    private final Proto control = new Proto();
    private final Proto entry = new Proto();
    private final Proto inner = new Proto();

    private int subscriptions;
    private int messages;
    private int controls;
    private int ihaves;
    private int ihaveIds;
    private int iwants;
    private int iwantIds;
    private int grafts;
    private int prunes;
    private int prunePeers;
    private int skipped;

    // Of the entry read last.
    private int topicOffset;
    private int topicLength;
    private boolean subscribe;
    private int idCount;
    private int peerCount;
    private long backoffSeconds;

    public RpcReader(RpcLimits limits) {
        this.limits = limits;
    }

    /** Entries of {@code subscriptions} that the last {@link #check} saw. */
    public int subscriptions() {
        return subscriptions;
    }

    /** Entries of {@code publish} that the last {@link #check} saw. */
    public int messages() {
        return messages;
    }

    /** True if the last {@link #check} saw nothing but one message: the frame can be forwarded as it is. */
    public boolean isOneMessage() {
        return messages == 1 && subscriptions == 0 && controls == 0 && skipped == 0;
    }

    /** Subscriptions, control entries and ids that the last {@link #check} saw: what there is to do besides messages. */
    public int entries() {
        return subscriptions + ihaves + ihaveIds + iwants + iwantIds + grafts + prunes;
    }

    /** True if the last {@link #check} saw subscriptions or control entries. */
    public boolean hasControl() {
        return subscriptions + ihaves + iwants + grafts + prunes > 0;
    }

    /**
     * Checks form and limits of a whole RPC.
     *
     * @param rpc from its reader index to its writer index, without the length prefix; borrowed, its indices stay
     * @return null if it may be walked
     */
    public @Nullable RpcError check(ByteBuf rpc) {
        subscriptions = messages = controls = ihaves = ihaveIds = iwants = iwantIds = 0;
        grafts = prunes = prunePeers = skipped = 0;
        if (rpc.readableBytes() > limits.frameLengthMax()) {
            return RpcError.FRAME_LENGTH;
        }
        outer.wrap(rpc, rpc.readerIndex(), rpc.readableBytes());
        while (outer.nextTag()) {
            if (outer.is(RPC_SUBSCRIPTIONS, Proto.BYTES)) {
                subscriptions++;
                if (!outer.bytes() || !subscription(rpc, outer)) {
                    return RpcError.MALFORMED;
                }
            } else if (outer.is(RPC_PUBLISH, Proto.BYTES)) {
                messages++;
                if (!outer.bytes() || !wellFormed(rpc, outer)) {
                    return RpcError.MALFORMED;
                }
            } else if (outer.is(RPC_CONTROL, Proto.BYTES)) {
                controls++;
                if (!outer.bytes() || !checkControl(rpc, outer.valueOffset(), outer.valueLength())) {
                    return overLimit() == null ? RpcError.MALFORMED : overLimit();
                }
            } else {
                skipped++;
                outer.skip();
            }
            RpcError over = overLimit();
            if (over != null) {
                return over;
            }
        }
        return outer.failed() ? RpcError.MALFORMED : null;
    }

    /** Visits the subscriptions and the control entries. */
    public void walkControl(ByteBuf rpc, RpcVisitor visitor) {
        outer.wrap(rpc, rpc.readerIndex(), rpc.readableBytes());
        boolean hasControl = false;
        while (outer.nextTag()) {
            if (outer.is(RPC_SUBSCRIPTIONS, Proto.BYTES)) {
                if (outer.bytes() && subscription(rpc, outer)) {
                    visitor.onSubscription(rpc, subscribe, topicOffset, topicLength);
                }
            } else {
                hasControl |= outer.is(RPC_CONTROL, Proto.BYTES);
                outer.skip();
            }
        }
        for (int kind = CONTROL_IHAVE; hasControl && kind <= CONTROL_PRUNE; kind++) {
            walkControls(rpc, kind, visitor);
        }
    }

    /** Visits the messages. */
    public void walkMessages(ByteBuf rpc, RpcVisitor visitor) {
        outer.wrap(rpc, rpc.readerIndex(), rpc.readableBytes());
        while (outer.nextTag()) {
            if (!outer.is(RPC_PUBLISH, Proto.BYTES)) {
                outer.skip();
            } else if (outer.bytes()) {
                visitor.onMessage(rpc, outer.valueOffset(), outer.valueLength());
            }
        }
    }

    private @Nullable RpcError overLimit() {
        if (subscriptions > limits.subscriptionsMax()) {
            return RpcError.TOO_MANY_SUBSCRIPTIONS;
        } else if (messages > limits.messagesMax()) {
            return RpcError.TOO_MANY_MESSAGES;
        } else if (ihaves > limits.ihavesMax()) {
            return RpcError.TOO_MANY_IHAVES;
        } else if (ihaveIds > limits.ihaveIdsMax()) {
            return RpcError.TOO_MANY_IHAVE_IDS;
        } else if (iwants > limits.iwantsMax()) {
            return RpcError.TOO_MANY_IWANTS;
        } else if (iwantIds > limits.iwantIdsMax()) {
            return RpcError.TOO_MANY_IWANT_IDS;
        } else if (grafts > limits.graftsMax()) {
            return RpcError.TOO_MANY_GRAFTS;
        } else if (prunes > limits.prunesMax()) {
            return RpcError.TOO_MANY_PRUNES;
        } else if (prunePeers > limits.prunePeersMax()) {
            return RpcError.TOO_MANY_PRUNE_PEERS;
        }
        return skipped > limits.skippedMax() ? RpcError.TOO_MANY_SKIPPED : null;
    }

    /** False if malformed or over a limit. */
    private boolean checkControl(ByteBuf rpc, int offset, int length) {
        control.wrap(rpc, offset, length);
        while (control.nextTag()) {
            boolean ok = true;
            if (control.is(CONTROL_IHAVE, Proto.BYTES)) {
                ihaves++;
                ok = control.bytes() && ids(rpc, 2);
                ihaveIds += idCount;
            } else if (control.is(CONTROL_IWANT, Proto.BYTES)) {
                iwants++;
                ok = control.bytes() && ids(rpc, 1);
                iwantIds += idCount;
            } else if (control.is(CONTROL_GRAFT, Proto.BYTES)) {
                grafts++;
                ok = control.bytes() && wellFormed(rpc, control);
            } else if (control.is(CONTROL_PRUNE, Proto.BYTES)) {
                prunes++;
                ok = control.bytes() && prune(rpc);
                prunePeers += peerCount;
            } else {
                skipped++;
                control.skip();
            }
            if (!ok || overLimit() != null) {
                return false;
            }
        }
        return !control.failed();
    }

    private void walkControls(ByteBuf rpc, int kind, RpcVisitor visitor) {
        outer.wrap(rpc, rpc.readerIndex(), rpc.readableBytes());
        while (outer.nextTag()) {
            if (!outer.is(RPC_CONTROL, Proto.BYTES)) {
                outer.skip();
                continue;
            }
            if (!outer.bytes()) {
                return;
            }
            control.wrap(rpc, outer.valueOffset(), outer.valueLength());
            while (control.nextTag()) {
                if (!control.is(kind, Proto.BYTES)) {
                    control.skip();
                } else if (control.bytes()) {
                    visitControl(rpc, kind, visitor);
                }
            }
        }
    }

    private void visitControl(ByteBuf rpc, int kind, RpcVisitor visitor) {
        switch (kind) {
            case CONTROL_IHAVE -> {
                ids(rpc, 2);
                if (visitor.onIHave(rpc, topicOffset, topicLength)) {
                    entry.wrap(rpc, control.valueOffset(), control.valueLength());
                    while (entry.nextTag()) {
                        if (!entry.is(2, Proto.BYTES)) {
                            entry.skip();
                        } else if (entry.bytes()) {
                            visitor.onIHaveId(rpc, entry.valueOffset(), entry.valueLength());
                        }
                    }
                }
            }
            case CONTROL_IWANT -> {
                entry.wrap(rpc, control.valueOffset(), control.valueLength());
                while (entry.nextTag()) {
                    if (!entry.is(1, Proto.BYTES)) {
                        entry.skip();
                    } else if (entry.bytes()) {
                        visitor.onIWantId(rpc, entry.valueOffset(), entry.valueLength());
                    }
                }
            }
            case CONTROL_GRAFT -> {
                topicOf(rpc, control, 1);
                visitor.onGraft(rpc, topicOffset, topicLength);
            }
            default -> {
                prune(rpc);
                visitor.onPrune(rpc, topicOffset, topicLength, backoffSeconds);
            }
        }
    }

    /** Reads a SubOpts; absent fields are false and -1, of repeated ones the last wins. */
    private boolean subscription(ByteBuf rpc, Proto parent) {
        subscribe = false;
        topicLength = -1;
        entry.wrap(rpc, parent.valueOffset(), parent.valueLength());
        while (entry.nextTag()) {
            if (entry.is(1, Proto.VARINT)) {
                subscribe = entry.varint() != 0;
            } else if (entry.is(2, Proto.BYTES)) {
                topic();
            } else {
                entry.skip();
            }
        }
        return !entry.failed();
    }

    /** Counts the ids of an IHAVE (field 2, topic in 1) or an IWANT (field 1). */
    private boolean ids(ByteBuf rpc, int idField) {
        idCount = 0;
        topicLength = -1;
        entry.wrap(rpc, control.valueOffset(), control.valueLength());
        while (entry.nextTag()) {
            if (entry.is(idField, Proto.BYTES)) {
                idCount++;
                entry.bytes();
            } else if (entry.is(1, Proto.BYTES)) {
                topic();
            } else {
                entry.skip();
            }
        }
        return !entry.failed();
    }

    private boolean prune(ByteBuf rpc) {
        peerCount = 0;
        backoffSeconds = 0;
        topicLength = -1;
        entry.wrap(rpc, control.valueOffset(), control.valueLength());
        while (entry.nextTag()) {
            if (entry.is(1, Proto.BYTES)) {
                topic();
            } else if (entry.is(2, Proto.BYTES)) {
                peerCount++;
                if (entry.bytes() && !wellFormed(rpc, entry)) {
                    return false;
                }
            } else if (entry.is(3, Proto.VARINT)) {
                backoffSeconds = entry.varint();
            } else {
                entry.skip();
            }
        }
        return !entry.failed();
    }

    private void topicOf(ByteBuf rpc, Proto parent, int field) {
        topicLength = -1;
        entry.wrap(rpc, parent.valueOffset(), parent.valueLength());
        while (entry.nextTag()) {
            if (entry.is(field, Proto.BYTES)) {
                topic();
            } else {
                entry.skip();
            }
        }
    }

    private void topic() {
        if (entry.bytes()) {
            topicOffset = entry.valueOffset();
            topicLength = entry.valueLength();
        }
    }

    /** True if the parent's value is a run of whole fields. */
    private boolean wellFormed(ByteBuf rpc, Proto parent) {
        inner.wrap(rpc, parent.valueOffset(), parent.valueLength());
        while (inner.nextTag()) {
            inner.skip();
        }
        return !inner.failed();
    }
}
