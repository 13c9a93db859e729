/**
 * Single-writer threads: mailboxes, duty cycles and threading modes.
 */
@NullMarked
package io.outcry.core.agent;

import org.jspecify.annotations.NullMarked;
