/** Planted violations, for the rules to find. */
@NullMarked
package io.outcry.conformance.planted.node;

import org.jspecify.annotations.NullMarked;
