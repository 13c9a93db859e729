/**
 * Who are you, what do you speak, where do you listen, and where do you see me.
 *
 * <pre>
 *   LocalIdentity ──IdentifyWriter──► one or more delimited messages ──IdentifyReader──► PeerClaims
 *                                     (a record or long lists go in further ones)
 * </pre>
 *
 * What a peer says of itself is checked before it becomes an {@link io.outcry.transport.identify.PeerClaims}: the key
 * must be the connection's, a signed record must be the peer's own, lists are capped, text is made harmless.
 */
@NullMarked
package io.outcry.transport.identify;

import org.jspecify.annotations.NullMarked;
