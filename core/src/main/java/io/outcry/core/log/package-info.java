/**
 * What a peer can cause is told at a rate, so that it fills no disk. The lines themselves are written by the shells.
 *
 * <pre>
 *   failure ─► LogRate.take(nowNs) ─┬─ "" or " (980 more lines were left out)" ─► the shell's logger
 *                                   └─ null: left out, and counted for the next line
 * </pre>
 */
@NullMarked
package io.outcry.core.log;

import org.jspecify.annotations.NullMarked;
