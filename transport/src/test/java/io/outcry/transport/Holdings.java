package io.outcry.transport;

import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How much an object and all of ours it leads to hold in maps and collections, field by field: what grows from one look to the
 * next is forgotten by nobody.
 */
final class Holdings {

    private static final String OURS = "io.outcry.";

    private final Map<String, Integer> sizes = new TreeMap<>();
    private final Set<Object> seen = java.util.Collections.newSetFromMap(new IdentityHashMap<>());
    private final ArrayDeque<Object> open = new ArrayDeque<>();

    private Holdings() {}

    /** The sizes that are not zero. */
    static Map<String, Integer> of(Object root) {
        Holdings holdings = new Holdings();
        holdings.visit(root);
        try {
            for (Object next = holdings.open.poll(); next != null; next = holdings.open.poll()) {
                holdings.look(next);
            }
        } catch (IllegalAccessException closed) {
            throw new AssertionError(closed);
        }
        holdings.sizes.values().removeIf(size -> size == 0);
        return holdings.sizes;
    }

    private void visit(@Nullable Object value) {
        if (value == null) {
            return;
        }
        if (value instanceof Map<?, ?> map) {
            map.keySet().forEach(this::visit);
            map.values().forEach(this::visit);
        } else if (value instanceof Collection<?> collection) {
            collection.forEach(this::visit);
        } else if (value instanceof Object[] array) {
            for (int i = 0; i < Array.getLength(array); i++) {
                visit(array[i]);
            }
        } else if (value instanceof AtomicReference<?> reference) {
            visit(reference.get());
        } else if (value.getClass().getName().startsWith(OURS)
                && !value.getClass().isEnum()
                && seen.add(value)) {
            open.add(value);
        }
    }

    private void look(Object object) throws IllegalAccessException {
        for (Class<?> type = object.getClass();
                type != null && type.getName().startsWith(OURS);
                type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (Modifier.isStatic(field.getModifiers()) || field.getType().isPrimitive()) {
                    continue;
                }
                field.setAccessible(true);
                Object value = field.get(object);
                if (value instanceof Map<?, ?> map) {
                    count(type, field, map.size());
                } else if (value instanceof Collection<?> collection) {
                    count(type, field, collection.size());
                }
                visit(value);
            }
        }
    }

    private void count(Class<?> type, Field field, int size) {
        sizes.merge(type.getSimpleName() + "." + field.getName(), size, Integer::sum);
    }
}
