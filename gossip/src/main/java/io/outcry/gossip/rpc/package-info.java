/**
 * The gossip RPC on bytes: caps first, then lazy slices; written by hand on {@code ByteBuf}.
 *
 * <pre>
 * stream bytes ─► FrameSplitter (length cap before any allocation) ─► frame
 *   frame ─► RpcReader.check (one pass: form, counts of every repeated field) ─► RpcReader.walk ─► RpcVisitor (offsets)
 * RpcWriter: subscriptions, GRAFT, PRUNE, IHAVE, IWANT ─► one frame;  a message travels alone in its own frame
 * </pre>
 *
 * The schema is that of the pubsub and GossipSub 1.1 specifications; fields of later versions are skipped like any
 * unknown field. Topics are bytes until somebody asks for a name; none that is not UTF-8 can throw.
 */
@NullMarked
package io.outcry.gossip.rpc;

import org.jspecify.annotations.NullMarked;
