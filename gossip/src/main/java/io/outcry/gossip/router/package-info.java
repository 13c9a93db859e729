/**
 * The GossipSub router as a machine.
 */
@NullMarked
package io.outcry.gossip.router;

import org.jspecify.annotations.NullMarked;
