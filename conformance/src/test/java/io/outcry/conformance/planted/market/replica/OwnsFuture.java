package io.outcry.conformance.planted.market.replica;

import java.util.concurrent.CompletableFuture;

/** A machine that waits. */
final class OwnsFuture {
    final CompletableFuture<String> later = new CompletableFuture<>();
}
