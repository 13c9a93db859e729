/**
 * Coverage-guided fuzzing of whatever reads bytes of strangers: {@code mvn -Pfuzz -pl conformance -am test}. One target a class,
 * each in a JVM of its own, for a minute.
 *
 * <pre>
 *   Jazzer ── bytes ──► RpcReader, Multiaddr, Yamux, ItemCodec, Journal ──► no exception but the documented one, and
 *      ▲                     │                                               what was taken is written back alike
 *      └──── coverage ◄──────┘
 * </pre>
 */
@NullMarked
package io.outcry.conformance.fuzz;

import org.jspecify.annotations.NullMarked;
