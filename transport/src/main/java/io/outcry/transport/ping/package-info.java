/**
 * The ping protocol.
 */
@NullMarked
package io.outcry.transport.ping;

import org.jspecify.annotations.NullMarked;
