/**
 * Who may come in, counted by where it comes from, before a byte is read, and how much memory a place may hold.
 *
 * <pre>
 *   accepted socket ─► IpLimits.admit(address) ─► handshake ─► IpLimits.onUpgraded ─► … ─► IpLimits.onClosed
 *   any socket ──────► IpShares.open(address): what it and its like may hold ────────► … ─► IpShares.close
 * </pre>
 */
@NullMarked
package io.outcry.transport.limit;

import org.jspecify.annotations.NullMarked;
