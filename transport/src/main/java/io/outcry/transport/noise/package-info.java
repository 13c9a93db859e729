/**
 * The Noise XX handshake and its transport cipher as machines.
 */
@NullMarked
package io.outcry.transport.noise;

import org.jspecify.annotations.NullMarked;
