/**
 * Meeting under a name: peers register with a point they all know, and find each other there.
 *
 * <pre>
 *   client                                             point
 *   RefreshSchedule ── due ─► REGISTER ───────────────► CheckedRecord ─► RendezvousStore
 *        ▲──────── granted ── REGISTER_RESPONSE ◄──────────────────────────┤
 *   findPeers ──────────────► DISCOVER(cookie) ───────────────────────────►│
 *   records checked ◄──────── DISCOVER_RESPONSE(page, cookie) ◄────────────┘
 * </pre>
 *
 * Everything here is a machine or a pure function: time and chance are arguments, and frames come as byte arrays. The
 * sockets are in {@link io.outcry.discovery}.
 */
@NullMarked
package io.outcry.discovery.rendezvous;

import org.jspecify.annotations.NullMarked;
