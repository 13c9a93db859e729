/** The replica in a virtual world: one clock, one seed, and weather. Here a null is a failing test, not a warning. */
@NullUnmarked
package io.outcry.market.replica;

import org.jspecify.annotations.NullUnmarked;
