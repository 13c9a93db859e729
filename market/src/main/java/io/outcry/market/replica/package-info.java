/**
 * The replica of one market as a machine.
 */
@NullMarked
package io.outcry.market.replica;

import org.jspecify.annotations.NullMarked;
