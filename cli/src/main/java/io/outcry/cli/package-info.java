/**
 * The doors for people: the verbs of {@code bin/outcry}.
 *
 * <pre>
 *   argv ──► Outcry ──► a Verb ──► Node, Host, PubSub, Replay or the simulator
 *                         ▲  │
 *   stdin ─► StdinLines ──┘  └──► Speaker ──► stdout: JSON lines, or text for people
 *   SIGINT, SIGTERM, quit ──► Quit ──► the verb closes what it opened; exit status 0, 1 or 2
 * </pre>
 */
@NullMarked
package io.outcry.cli;

import org.jspecify.annotations.NullMarked;
