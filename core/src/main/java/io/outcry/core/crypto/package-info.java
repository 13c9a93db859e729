/**
 * The primitives we use and never write: one SPI, three providers, one answer.
 *
 * <pre>
 *   Crypto.preferred() ─► for each primitive the first that has it:
 *        Conscrypt (native, if its jar is there) ─► BouncyCastle (has all) ─► JDK (hashes first; else the oracle of the tests)
 *   signature ─► SignatureRules (form, ranges, small orders) ─► provider's equation ─► yes or no
 *   frame ─ ByteBuf ─► Aead ─► engine, reused from frame to frame ─► ByteBuf
 * </pre>
 */
@NullMarked
package io.outcry.core.crypto;

import org.jspecify.annotations.NullMarked;
