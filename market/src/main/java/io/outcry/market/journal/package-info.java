/**
 * The write-ahead journal of a peer: nothing is said to anybody before it is written here and synced.
 *
 * <pre>
 *   [market thread]   append(type, body) ─► lsn ─► pending batch (bounded)        cheap: a lock, no copy, no I/O
 *                                                     │
 *   [journal thread]  JournalWriter ── commit() ◄─────┘   one write and one sync for all that gathered (group commit)
 *                        │                 │
 *                        │                 └─► JournalFile: append · sync · truncate · replace atomically
 *                        └─► onDurable(lsn) ─► back into the market's mailbox ─► only now signed and sent
 *
 *   file   header: magic, version, checksum, salt, base lsn, number of snapshot records
 *          snapshot records (the state as of base lsn)   written whole, synced, renamed into place
 *          records base+1, base+2, …                     length, CRC32C, lsn, synced lsn, type, body
 * </pre>
 *
 * <p>A record carries the lsn that was durable when it was written. So what a crash can leave is told from what only a
 * failing disk can: a bad record followed by a valid one of the <em>same</em> batch was never acknowledged and is cut; a bad
 * record followed by one that was written after it had been synced is corruption, and the journal refuses to open.
 *
 * <p>Bodies are opaque here; the replica says what they mean.
 */
@NullMarked
package io.outcry.market.journal;

import org.jspecify.annotations.NullMarked;
