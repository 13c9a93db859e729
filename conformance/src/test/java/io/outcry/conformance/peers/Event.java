package io.outcry.conformance.peers;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One JSON line of a program: an object whose member {@code event} is its name. */
public record Event(String name, Map<String, @Nullable Object> fields) {

    /** Reads a line. */
    static Event parse(String line) {
        Map<String, @Nullable Object> fields = Json.object(line);
        if (!(fields.get("event") instanceof String name)) {
            throw new IllegalArgumentException("a line without the name of its event: " + line);
        }
        return new Event(name, fields);
    }

    /** A text member. */
    public String text(String field) {
        return member(field, String.class);
    }

    /** A text member, or null where it is absent or null. */
    public @Nullable String textOrNull(String field) {
        return fields.get(field) == null ? null : text(field);
    }

    /** A number. */
    public double number(String field) {
        return member(field, Double.class);
    }

    /** A number without a fraction. */
    public long whole(String field) {
        double number = number(field);
        if (number != Math.rint(number)) {
            throw new AssertionError(field + " is not a whole number: " + this);
        }
        return (long) number;
    }

    /** A truth value. */
    public boolean flag(String field) {
        return member(field, Boolean.class);
    }

    /** A list of texts. */
    public List<String> texts(String field) {
        return ((List<?>) member(field, List.class))
                .stream().map(String.class::cast).toList();
    }

    private <T> T member(String field, Class<T> type) {
        Object value = fields.get(field);
        if (!type.isInstance(value)) {
            throw new AssertionError(field + " is no " + type.getSimpleName() + ": " + this);
        }
        return type.cast(value);
    }
}
