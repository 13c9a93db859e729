/**
 * The lock-free matching engine: a price ladder, one writer, readers without locks.
 */
@NullMarked
package io.outcry.orderbook;

import org.jspecify.annotations.NullMarked;
