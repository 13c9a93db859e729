/**
 * Seen ids and the message cache, bounded.
 *
 * <pre>
 * id ─► SeenCache (ring of open-addressing buckets: 16 bytes an id, a bucket expires at once) ─► first time? ─► router
 * id ─► KnownIds (lossy, read by every connection) ─► known? then neither copied nor verified again
 * accepted message ─► MessageCache (windows of a heartbeat, byte cap) ─► ids for IHAVE, messages for IWANT
 * </pre>
 */
@NullMarked
package io.outcry.gossip.cache;

import org.jspecify.annotations.NullMarked;
