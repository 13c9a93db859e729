/**
 * The gossip RPC on bytes: caps first, then lazy slices; encoded once, forwarded untouched.
 */
@NullMarked
package io.outcry.gossip.rpc;

import org.jspecify.annotations.NullMarked;
