/**
 * mplex as a machine.
 */
@NullMarked
package io.outcry.transport.mplex;

import org.jspecify.annotations.NullMarked;
