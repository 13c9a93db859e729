/**
 * The cold messages of the transport, generated from {@code src/main/proto}; not exported.
 *
 * <pre>
 *   noise.proto     ──► NoiseHandshakePayload, NoiseExtensions ──► .noise
 *   identify.proto  ──► Identify                               ──► .identify
 * </pre>
 */
@NullMarked
package io.outcry.transport.wire;

import org.jspecify.annotations.NullMarked;
