/** Planted violations, for the rules to find. */
@NullMarked
package io.outcry.conformance.planted.orderbook;

import org.jspecify.annotations.NullMarked;
