/** Planted violations, for the rules to find. */
@NullMarked
package io.outcry.conformance.planted.transport.noise;

import org.jspecify.annotations.NullMarked;
