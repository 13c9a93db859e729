package io.outcry.gossip.router;

import java.util.Arrays;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Members in an array: index loops, removal by swapping, shuffles in place. */
final class MemberList {

    private static final int CAPACITY_FIRST = 4;
    /** What every list begins with: a peer may name a thousand topics, and most of their lists stay empty. */
    private static final @Nullable Member[] NONE = new Member[0];

    private @Nullable Member[] members = NONE;
    private int size;

    int size() {
        return size;
    }

    Member get(int index) {
        Member member = members[index];
        if (member == null || index >= size) {
            throw new IndexOutOfBoundsException(index);
        }
        return member;
    }

    void add(Member member) {
        if (size == members.length) {
            members = Arrays.copyOf(members, Math.max(CAPACITY_FIRST, 2 * size));
        }
        members[size++] = member;
    }

    /** Removes the member at {@code index}; the last one takes its place. */
    void removeAt(int index) {
        members[index] = members[--size];
        members[size] = null;
    }

    /** Removes a member by looking for it: for lists as short as a mesh. */
    void remove(Member member) {
        for (int i = 0; i < size; i++) {
            if (members[i] == member) {
                removeAt(i);
                return;
            }
        }
    }

    /** Empties the list; what it held is let go. */
    void clear() {
        Arrays.fill(members, 0, size, null);
        size = 0;
    }

    void swap(int a, int b) {
        Member member = members[a];
        members[a] = members[b];
        members[b] = member;
    }

    /** Brings {@code count} members, chosen at random, to the front; returns how many there are. */
    int shuffleFirst(int count, RandomGenerator random) {
        int chosen = Math.min(count, size);
        for (int i = 0; i < chosen; i++) {
            swap(i, i + random.nextInt(size - i));
        }
        return chosen;
    }
}
