/** Planted violations, for the rules to find. */
@NullMarked
package io.outcry.conformance.planted.transport;

import org.jspecify.annotations.NullMarked;
