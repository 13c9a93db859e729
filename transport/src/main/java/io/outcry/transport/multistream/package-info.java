/**
 * multistream-select 1.0 as a machine.
 */
@NullMarked
package io.outcry.transport.multistream;

import org.jspecify.annotations.NullMarked;
