/**
 * The one object to embed: {@code Node} binds market, gossip and discovery to a {@code Host}.
 */
@NullMarked
package io.outcry.node;

import org.jspecify.annotations.NullMarked;
