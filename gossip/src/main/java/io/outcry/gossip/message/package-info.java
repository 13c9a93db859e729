/**
 * One message: its fields as slices, its id, its signature; pure functions of its own bytes.
 *
 * <pre>
 * frame ─► MessageFields (offsets, absent ≠ empty) ─► MessageIdFunction ─► MessageId (bytes + salted 128-bit key)
 *                        └─► SignaturePolicy.presence ─► MessageSignatures.verify ─► GossipMessage (one shared frame)
 * MessageSigner: topic, data ─► GossipMessage
 * </pre>
 *
 * A received message is forwarded as the very bytes that came: {@code GossipMessage} keeps a frame that holds it alone,
 * and every outbox retains that same buffer.
 */
@NullMarked
package io.outcry.gossip.message;

import org.jspecify.annotations.NullMarked;
