/**
 * Who is at the other end, and nobody listens: the Noise XX handshake and its transport cipher as machines.
 *
 * <pre>
 *   initiator                                   responder
 *     e                         ───────────►
 *                               ◄───────────    e, ee, s, es, identity
 *     s, se, identity           ───────────►
 *     NoiseCipher               ◄──────────►    NoiseCipher
 *
 *   NoiseHandshake   frames, identities, early muxer choice (libp2p)
 *     XxHandshake    the pattern                             (Noise)
 *       SymmetricState  chaining key, hash, cipher           (Noise)
 * </pre>
 *
 * The primitives come from {@link io.outcry.core.crypto}; everything else is written here.
 */
@NullMarked
package io.outcry.transport.noise;

import org.jspecify.annotations.NullMarked;
