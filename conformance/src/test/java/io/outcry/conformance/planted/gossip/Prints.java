package io.outcry.conformance.planted.gossip;

/** A library that talks to the terminal. */
final class Prints {
    void hello() {
        System.out.println("hello");
    }
}
