package io.outcry.conformance.planted.gossip.router;

/** A machine with a thread. */
final class OwnsThread {
    final Thread thread = new Thread(() -> {});
}
