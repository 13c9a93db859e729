/**
 * Who trades with whom without a venue: markets, orders, steps, envelopes.
 */
@NullMarked
package io.outcry.market;

import org.jspecify.annotations.NullMarked;
