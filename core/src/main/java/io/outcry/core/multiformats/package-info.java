/**
 * Self-describing bytes: varint, multihash, multibase, multiaddr, CID.
 *
 * <pre>
 *   text ── Multibase ──► bytes ── Varint ──► Multihash ──► Cid
 *   /ip4/…/tcp/… ◄── AddressValue, one rule a protocol ──► Multiaddr ◄──► bytes
 * </pre>
 *
 * Readers take what the specifications allow and no more: minimal varints, whole inputs, bounded lengths.
 */
@NullMarked
package io.outcry.core.multiformats;

import org.jspecify.annotations.NullMarked;
