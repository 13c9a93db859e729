/**
 * Who is who: keys, peer ids, signed envelopes and peer records.
 */
@NullMarked
package io.outcry.core.identity;

import org.jspecify.annotations.NullMarked;
