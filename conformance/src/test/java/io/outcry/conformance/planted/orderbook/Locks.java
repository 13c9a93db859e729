package io.outcry.conformance.planted.orderbook;

/** A machine with a lock. */
final class Locks {
    synchronized void enter() {}
}
