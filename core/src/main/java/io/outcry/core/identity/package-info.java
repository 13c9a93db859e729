/**
 * Who is who: keys, peer ids, signed envelopes and peer records.
 *
 * <pre>
 *   KeyFile ─► PrivateKey ─ sign ─► SignedEnvelope { key, type, payload, signature }
 *                  │                     └─ payload: PeerRecord { peer, number, addresses }
 *              PublicKey ─ encoded ─► up to 42 bytes: themselves ┐
 *                                  └► more: SHA-256 ─────────────┴─► PeerId ─► base58, CID
 * </pre>
 *
 * Everything a peer sends is read strictly and within bounds, cheap checks first, before any arithmetic.
 */
@NullMarked
package io.outcry.core.identity;

import org.jspecify.annotations.NullMarked;
