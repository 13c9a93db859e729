/**
 * yamux as a machine.
 */
@NullMarked
package io.outcry.transport.yamux;

import org.jspecify.annotations.NullMarked;
