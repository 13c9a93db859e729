/**
 * Reaching a peer, as machines: which addresses, in which order, how many at once, and which not again so soon.
 *
 * <pre>
 *   dial(waiter, peer, addresses) ─► Dialer ─► resolve(name) ─► onResolved
 *                                      │   ─► connect(attempt, address) ─► onConnected | onFailed
 *                                      │        ranked by AddressRanking, spared by DialBackoff, 250 ms apart
 *                                      └─► onDialed(waiter, attempt) | onDialFailed(waiter, why)
 * </pre>
 *
 * No socket, no clock and no thread is in this package; the host's agent drives it.
 */
@NullMarked
package io.outcry.transport.dial;

import org.jspecify.annotations.NullMarked;
