/**
 * What yamux and mplex have in common: many streams over one byte stream.
 */
@NullMarked
package io.outcry.transport.muxer;

import org.jspecify.annotations.NullMarked;
