/** Scenarios: the machines of the house in virtual time. */
@NullMarked
package io.outcry.sim;

import org.jspecify.annotations.NullMarked;
