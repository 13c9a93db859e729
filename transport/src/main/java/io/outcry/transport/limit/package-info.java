/**
 * Who may come in, counted by where it comes from, before a byte is read.
 *
 * <pre>
 *   accepted socket ─► IpLimits.admit(address) ─► handshake ─► IpLimits.onUpgraded ─► … ─► IpLimits.onClosed
 * </pre>
 */
@NullMarked
package io.outcry.transport.limit;

import org.jspecify.annotations.NullMarked;
