/**
 * Finding peers: one SPI, a bootstrap list and rendezvous behind it.
 */
@NullMarked
package io.outcry.discovery;

import org.jspecify.annotations.NullMarked;
