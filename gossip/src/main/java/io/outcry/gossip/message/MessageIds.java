package io.outcry.gossip.message;

import org.jspecify.annotations.Nullable;

/** The message-id functions that ship. */
public enum MessageIds implements MessageIdFunction {

    /** The raw bytes of {@code from} followed by those of {@code seqno}: the specification's default. */
    FROM_SEQNO {
        @Override
        public byte @Nullable [] idOf(MessageFields message) {
            if (!message.hasFrom() || !message.hasSeqno()) {
                return null;
            }
            byte[] id = new byte[message.fromLength() + message.seqnoLength()];
            message.copyFrom(id, 0);
            message.copySeqno(id, message.fromLength());
            return id.length == 0 ? null : id;
        }
    },

    /** SHA-256 of {@code data}. */
    SHA256_DATA {
        @Override
        public byte[] idOf(MessageFields message) {
            return message.sha256(false);
        }
    },

    /**
     * SHA-256 of the topic's bytes followed by {@code data}: one message cannot suppress the same bytes on another topic,
     * as long as no topic's name is the beginning of another's.
     */
    SHA256_TOPIC_DATA {
        @Override
        public byte[] idOf(MessageFields message) {
            return message.sha256(true);
        }
    }
}
