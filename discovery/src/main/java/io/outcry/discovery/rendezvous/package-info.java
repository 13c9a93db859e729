/**
 * The rendezvous protocol: client, server and store.
 */
@NullMarked
package io.outcry.discovery.rendezvous;

import org.jspecify.annotations.NullMarked;
