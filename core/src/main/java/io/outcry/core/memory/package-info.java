/**
 * The node's memory budget: reserve before allocating, refuse instead of growing.
 *
 * <pre>
 *   node 256 MiB
 *     ├─ connection ─┬─ stream      reserve(bytes, priority): from the node down, all of them or none
 *     │              └─ stream      low 40 % · medium 60 % · high 80 % · always 100 % of each limit
 *     └─ gossip
 * </pre>
 */
@NullMarked
package io.outcry.core.memory;

import org.jspecify.annotations.NullMarked;
