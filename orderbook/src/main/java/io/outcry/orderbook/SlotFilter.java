package io.outcry.orderbook;

/** Says which slots of a {@link Ladder} a search may return. It must not change the ladder. */
@FunctionalInterface
public interface SlotFilter {

    /** Whether the order in {@code slot} will do. */
    boolean accepts(int slot);
}
