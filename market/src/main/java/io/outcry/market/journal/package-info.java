/**
 * The write-ahead journal of a replica.
 */
@NullMarked
package io.outcry.market.journal;

import org.jspecify.annotations.NullMarked;
