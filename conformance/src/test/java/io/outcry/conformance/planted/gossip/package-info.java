/** Planted violations, for the rules to find. */
@NullMarked
package io.outcry.conformance.planted.gossip;

import org.jspecify.annotations.NullMarked;
