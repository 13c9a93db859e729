/** Planted violations, for the rules to find. */
@NullMarked
package io.outcry.conformance.planted.node.util;

import org.jspecify.annotations.NullMarked;
