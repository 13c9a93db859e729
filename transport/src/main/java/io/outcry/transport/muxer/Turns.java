package io.outcry.transport.muxer;

import org.jspecify.annotations.Nullable;

/**
 * Whose turn it is: a queue in which each member is at most once, and which any member leaves in constant time.
 *
 * @param <T> what takes turns
 */
public final class Turns<T> {

    /** The place of one member in one queue; it lives as long as the member and costs nothing per turn. */
    public static final class Place<T> {
        final T member;
        private @Nullable Place<T> before;
        private @Nullable Place<T> after;
        private boolean queued;

        public Place(T member) {
            this.member = member;
        }

        /** True while the member waits for its turn. */
        public boolean queued() {
            return queued;
        }
    }

    private @Nullable Place<T> first;
    private @Nullable Place<T> last;
    private int size;

    public boolean isEmpty() {
        return first == null;
    }

    public int size() {
        return size;
    }

    /** Queues at the end; a member that already waits keeps its place. */
    public void add(Place<T> place) {
        if (place.queued) {
            return;
        }
        place.queued = true;
        place.before = last;
        if (last == null) {
            first = place;
        } else {
            last.after = place;
        }
        last = place;
        size++;
    }

    /** Takes the first out, or null if nobody waits. */
    public @Nullable T poll() {
        Place<T> place = first;
        if (place == null) {
            return null;
        }
        remove(place);
        return place.member;
    }

    /** Leaves the queue; nothing happens if the member does not wait. */
    public void remove(Place<T> place) {
        if (!place.queued) {
            return;
        }
        Place<T> before = place.before;
        Place<T> after = place.after;
        if (before == null) {
            first = after;
        } else {
            before.after = after;
        }
        if (after == null) {
            last = before;
        } else {
            after.before = before;
        }
        place.before = null;
        place.after = null;
        place.queued = false;
        size--;
    }

    /** Everybody leaves. */
    public void clear() {
        while (poll() != null) {
            // poll unlinks
        }
    }
}
