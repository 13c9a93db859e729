/**
 * Seen ids and the message cache, bounded.
 */
@NullMarked
package io.outcry.gossip.cache;

import org.jspecify.annotations.NullMarked;
