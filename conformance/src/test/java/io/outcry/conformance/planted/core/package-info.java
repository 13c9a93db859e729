/** Planted violations, for the rules to find. */
@NullMarked
package io.outcry.conformance.planted.core;

import org.jspecify.annotations.NullMarked;
