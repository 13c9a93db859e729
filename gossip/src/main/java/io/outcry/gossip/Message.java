package io.outcry.gossip;

import io.outcry.core.identity.PeerId;
import io.outcry.gossip.message.GossipMessage;
import io.outcry.gossip.message.MessageFields;
import io.outcry.gossip.message.MessageId;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * A message as a validator or a subscriber sees it.
 *
 * <p><b>Threading</b>: immutable, but for the array of {@link #data}, which all subscribers share.
 *
 * <p><b>Ownership</b>: plain heap memory; keep it as long as you like.
 */
public final class Message {

    private final String topic;
    private final MessageId id;
    private final byte[] data;
    private final byte[] author;
    private final byte[] seqno;
    private final PeerId receivedFrom;

    private Message(GossipMessage message, PeerId receivedFrom) {
        MessageFields fields = message.fields();
        topic = message.topic();
        id = message.id();
        data = fields.data();
        author = fields.from();
        seqno = fields.seqno();
        this.receivedFrom = receivedFrom;
    }

    static Message copyOf(GossipMessage message, PeerId receivedFrom) {
        return new Message(message, receivedFrom);
    }

    public String topic() {
        return topic;
    }

    public MessageId id() {
        return id;
    }

    /** The payload; shared, so do not write to it. */
    public byte[] data() {
        return data;
    }

    /** Who wrote it; empty on topics whose messages are not signed. Proved by the signature. */
    public Optional<PeerId> author() {
        return Optional.ofNullable(PeerId.tryFrom(author));
    }

    /** The author's sequence number; empty if there is none. */
    public Optional<Long> seqno() {
        return seqno.length == Long.BYTES ? Optional.of(ByteBuffer.wrap(seqno).getLong()) : Optional.empty();
    }

    /** The peer it came through; this node itself for an own message. */
    public PeerId receivedFrom() {
        return receivedFrom;
    }

    @Override
    public String toString() {
        return "Message[" + topic + " " + id + ", " + data.length + " bytes through " + receivedFrom + "]";
    }
}
