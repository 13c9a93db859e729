/** Planted violations, for the rules to find. */
@NullMarked
package io.outcry.conformance.planted.market.replica;

import org.jspecify.annotations.NullMarked;
