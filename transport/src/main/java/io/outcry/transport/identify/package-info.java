/**
 * The identify protocol's messages and their merge.
 */
@NullMarked
package io.outcry.transport.identify;

import org.jspecify.annotations.NullMarked;
