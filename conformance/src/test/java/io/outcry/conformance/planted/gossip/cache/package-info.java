/** Planted violations, for the rules to find. */
@NullMarked
package io.outcry.conformance.planted.gossip.cache;

import org.jspecify.annotations.NullMarked;
