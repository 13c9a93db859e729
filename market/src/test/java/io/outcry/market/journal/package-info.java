/** The journal against real files: torn, flipped, restored, locked. */
@NullMarked
package io.outcry.market.journal;

import org.jspecify.annotations.NullMarked;
