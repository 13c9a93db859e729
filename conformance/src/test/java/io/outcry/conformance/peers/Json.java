package io.outcry.conformance.peers;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * JSON as RFC 8259 has it, for one line: objects are maps in order, arrays lists, numbers {@code Double}. Strict, so that a
 * program that prints anything else to stdout is found out.
 */
final class Json {

    /** Nobody here nests deeper; a bound against a runaway program. */
    private static final int DEPTH_MAX = 32;

    private final String text;
    private int at;
    private int depth;

    private Json(String text) {
        this.text = text;
    }

    static Map<String, @Nullable Object> object(String line) {
        Json json = new Json(line);
        json.space();
        json.require(json.peek() == '{', "an object");
        Map<String, @Nullable Object> object = json.members();
        json.space();
        json.require(json.at == line.length(), "the end");
        return object;
    }

    private @Nullable Object value() {
        space();
        require(++depth <= DEPTH_MAX, "less nesting");
        Object value = switch (peek()) {
            case '{' -> members();
            case '[' -> elements();
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
        depth--;
        return value;
    }

    private Map<String, @Nullable Object> members() {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        at++;
        space();
        if (take('}')) {
            return members;
        }
        do {
            space();
            String name = string();
            space();
            require(take(':'), "a colon");
            members.put(name, value());
            space();
        } while (take(','));
        require(take('}'), "a closing brace");
        return members;
    }

    private List<@Nullable Object> elements() {
        List<@Nullable Object> elements = new ArrayList<>();
        at++;
        space();
        if (take(']')) {
            return elements;
        }
        do {
            elements.add(value());
            space();
        } while (take(','));
        require(take(']'), "a closing bracket");
        return elements;
    }

    private String string() {
        require(take('"'), "a string");
        StringBuilder string = new StringBuilder();
        while (true) {
            char next = next();
            switch (next) {
                case '"' -> {
                    return string.toString();
                }
                case '\\' -> string.append(escape());
                default -> {
                    require(next >= ' ', "no control character in a string");
                    string.append(next);
                }
            }
        }
    }

    private char escape() {
        char kind = next();
        return switch (kind) {
            case '"', '\\', '/' -> kind;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                require(at + 4 <= text.length(), "four hex digits");
                at += 4;
                yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
            }
            default -> throw expected("an escape");
        };
    }

    private Double number() {
        int from = at;
        while (at < text.length() && "+-.0123456789eE".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String digits = text.substring(from, at);
        require(digits.matches("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?"), "a value");
        return Double.valueOf(digits);
    }

    private @Nullable Object word(String word, @Nullable Object meaning) {
        require(text.startsWith(word, at), word);
        at += word.length();
        return meaning;
    }

    private char peek() {
        require(at < text.length(), "more");
        return text.charAt(at);
    }

    private char next() {
        char next = peek();
        at++;
        return next;
    }

    private boolean take(char wanted) {
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            throw expected(what);
        }
    }

    private IllegalArgumentException expected(String what) {
        return new IllegalArgumentException("expected " + what + " at character " + at + " of: " + text);
    }
}
