/**
 * How fast is the way: so many bytes up, so many down.
 *
 * <pre>
 *   PerfClient ──u64 download · upload bytes · close──► PerfServer
 *              ◄────────── download bytes · close ─────
 * </pre>
 *
 * Both ends pull: they produce bytes as the stream takes them, and hold none.
 */
@NullMarked
package io.outcry.transport.perf;

import org.jspecify.annotations.NullMarked;
