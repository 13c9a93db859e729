/**
 * What tests share: generators, a virtual clock, leak checks, raw peers.
 */
@NullMarked
package io.outcry.testkit;

import org.jspecify.annotations.NullMarked;
