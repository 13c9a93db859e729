/**
 * Programs of other people, driven as processes: commands in, JSON lines out.
 *
 * <pre>
 *   a test ──► ForeignPeers ── npm ci, go build (once, below target) ──► Program
 *                                                                         │ stdin   commands
 *                                                                         │ stdout  Json ──► Event, Event, …
 *   a test ◄── await(event), ask(command, answer) ◄───────────────────────┘
 * </pre>
 */
@NullMarked
package io.outcry.conformance.peers;

import org.jspecify.annotations.NullMarked;
