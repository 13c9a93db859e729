/**
 * Single-writer threads: whatever state there is has one thread that changes it, and others write to its mailbox.
 *
 * <pre>
 *   any thread ─ Source.offer ─► Mailbox ──────┐        (bounded; a source past its share is refused and told when to go on)
 *        └── wake-up, if it sleeps ──────────► Agent.doWork(nowNs) ─► its state
 *                                               ▲
 *   AgentGroup: DEDICATED a thread each · SHARED one for all · INVOKER the caller ─ one clock read a cycle, then park until
 *   the next deadline or a wake-up
 * </pre>
 */
@NullMarked
package io.outcry.core.agent;

import org.jspecify.annotations.NullMarked;
