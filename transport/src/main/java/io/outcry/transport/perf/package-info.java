/**
 * The perf protocol.
 */
@NullMarked
package io.outcry.transport.perf;

import org.jspecify.annotations.NullMarked;
