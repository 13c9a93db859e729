/** Planted violations, for the rules to find. */
@NullMarked
package io.outcry.conformance.planted.transport.yamux;

import org.jspecify.annotations.NullMarked;
