/**
 * The program as people start it: real processes that are killed at the worst moments, or end as they were asked to ({@code
 * EndingIT}).
 *
 * <pre>
 *   NodeProcessIT ──► Trader (a data directory that outlives its processes) ──► Program: one JVM of bin/outcry's main class
 *         ▲                                                                       │ stdin: commands, SIGKILL
 *         └────────────────────── events, as JSON lines ◄─────────────────────────┘
 * </pre>
 */
@NullMarked
package io.outcry.conformance.doors;

import org.jspecify.annotations.NullMarked;
