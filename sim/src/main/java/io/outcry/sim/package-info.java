/**
 * One clock, one seed, thousands of peers: the deterministic network.
 */
@NullMarked
package io.outcry.sim;

import org.jspecify.annotations.NullMarked;
