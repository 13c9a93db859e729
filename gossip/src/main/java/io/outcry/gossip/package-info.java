/**
 * Who hears what: {@code PubSub} binds the router machine to a {@code Host}.
 */
@NullMarked
package io.outcry.gossip;

import org.jspecify.annotations.NullMarked;
