/**
 * Self-describing bytes: varint, multihash, multibase, multiaddr, CID.
 */
@NullMarked
package io.outcry.core.multiformats;

import org.jspecify.annotations.NullMarked;
