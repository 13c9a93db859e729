/**
 * Are you there, and how far: 32 bytes, echoed.
 *
 * <pre>
 *   PingInitiator ──32 bytes──► PingResponder
 *   round trip    ◄──the same── (however the bytes were cut on the way)
 * </pre>
 */
@NullMarked
package io.outcry.transport.ping;

import org.jspecify.annotations.NullMarked;
