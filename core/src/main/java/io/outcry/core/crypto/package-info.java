/**
 * The primitives we use and never write: one SPI, three providers.
 */
@NullMarked
package io.outcry.core.crypto;

import org.jspecify.annotations.NullMarked;
