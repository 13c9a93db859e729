/**
 * The node's memory budget: reserve before allocating, refuse instead of growing.
 *
 * <pre>
 *   node 256 MiB
 *     ├─ peer ─┬─ connection ─┐     reserve(bytes, priority): from the node down, all of them or none
 *     │        └─ connection  │     low 40 % · medium 60 % · high 80 % · always 100 % of each limit
 *     └─ gossip               │
 *   address ──────────────────┘     a second parent, where something is shared out in two ways
 * </pre>
 */
@NullMarked
package io.outcry.core.memory;

import org.jspecify.annotations.NullMarked;
