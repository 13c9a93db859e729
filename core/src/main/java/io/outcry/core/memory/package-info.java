/**
 * The node's memory budget: reserve before allocating, refuse instead of growing.
 */
@NullMarked
package io.outcry.core.memory;

import org.jspecify.annotations.NullMarked;
