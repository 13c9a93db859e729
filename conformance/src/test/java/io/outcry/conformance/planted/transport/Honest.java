package io.outcry.conformance.planted.transport;

/** A class that keeps every rule. */
public final class Honest {
    private final int value;

    public Honest(int value) {
        this.value = value;
    }

    public int value() {
        return value;
    }
}
