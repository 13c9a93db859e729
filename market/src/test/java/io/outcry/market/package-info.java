/** Words and bytes of a market. Here a null is a failing test, not a warning. */
@NullUnmarked
package io.outcry.market;

import org.jspecify.annotations.NullUnmarked;
