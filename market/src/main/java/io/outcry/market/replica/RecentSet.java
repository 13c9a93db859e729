package io.outcry.market.replica;

import java.util.HashSet;
import java.util.Set;

/**
 * The last so many values, and up to twice as many: two generations, the older forgotten when the younger is full, or when
 * {@link #age} says that time has passed.
 */
final class RecentSet<T> {

    private final int generationMax;
    private Set<T> young = new HashSet<>();
    private Set<T> old = new HashSet<>();

    RecentSet(int generationMax) {
        this.generationMax = generationMax;
    }

    boolean contains(T value) {
        return young.contains(value) || old.contains(value);
    }

    /** Remembers a value; returns whether it was not remembered before. */
    boolean add(T value) {
        if (contains(value)) {
            return false;
        }
        if (young.size() >= generationMax) {
            age();
        }
        return young.add(value);
    }

    /** Forgets the older generation. */
    void age() {
        old = young;
        young = new HashSet<>();
    }
}
