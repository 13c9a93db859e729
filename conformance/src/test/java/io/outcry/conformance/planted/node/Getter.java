package io.outcry.conformance.planted.node;

/** An accessor with get. */
final class Getter {
    public int getValue() {
        return 1;
    }
}
