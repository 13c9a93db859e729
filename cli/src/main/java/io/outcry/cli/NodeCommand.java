package io.outcry.cli;

import io.outcry.node.MarketBook;
import java.util.Locale;

/** One line typed into {@code outcry node}. */
sealed interface NodeCommand {

    /** How an order behaves when it does not match at once. */
    enum Type {
        LIMIT,
        IOC,
        FOK,
        POST
    }

    record Enter(boolean buy, String market, String quantity, String price, Type type) implements NodeCommand {}

    record Reduce(String id, String quantity) implements NodeCommand {}

    record Cancel(String id) implements NodeCommand {}

    record Book(String market, int depth) implements NodeCommand {}

    record Orders() implements NodeCommand {}

    record Trades() implements NodeCommand {}

    record Peers() implements NodeCommand {}

    /** Levels shown when no depth is asked for. */
    int DEPTH_DEFAULT = 10;

    /** Whether it asks about what earlier commands did. */
    default boolean asks() {
        return this instanceof Book || this instanceof Orders || this instanceof Trades;
    }

    /** As many as a market tells at a time. */
    int DEPTH_MAX = MarketBook.DEPTH_MAX;

    String USAGE = "buy M QTY @ PRICE [ioc|fok|post] · sell … · reduce ID QTY · cancel ID · book M [DEPTH] · orders ·"
            + " trades · peers · quit";

    /** Reads a line; throws {@link IllegalArgumentException} with what is wrong and what is right. */
    static NodeCommand parse(String line) {
        String[] words = line.strip().split("\\s+");
        return switch (words[0].toLowerCase(Locale.ROOT)) {
            case "buy", "sell" -> enter(words);
            case "reduce" -> {
                expect(words, 3, 3, "reduce ID QTY");
                yield new Reduce(words[1], words[2]);
            }
            case "cancel" -> {
                expect(words, 2, 2, "cancel ID");
                yield new Cancel(words[1]);
            }
            case "book" -> {
                expect(words, 2, 3, "book M [DEPTH]");
                yield new Book(words[1], words.length == 3 ? depth(words[2]) : DEPTH_DEFAULT);
            }
            case "orders" -> {
                expect(words, 1, 1, "orders");
                yield new Orders();
            }
            case "trades" -> {
                expect(words, 1, 1, "trades");
                yield new Trades();
            }
            case "peers" -> {
                expect(words, 1, 1, "peers");
                yield new Peers();
            }
            default -> throw new IllegalArgumentException("unknown command '" + words[0] + "'; there are: " + USAGE);
        };
    }

    private static Enter enter(String[] words) {
        String form = words[0] + " M QTY @ PRICE [ioc|fok|post]";
        expect(words, 5, 6, form);
        if (!words[3].equals("@")) {
            throw new IllegalArgumentException("'" + words[3] + "' stands where '@' should: " + form);
        }
        Type type = Type.LIMIT;
        if (words.length == 6) {
            try {
                type = Type.valueOf(words[5].toUpperCase(Locale.ROOT));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("'" + words[5] + "' is not ioc, fok or post", e);
            }
        }
        return new Enter(words[0].equalsIgnoreCase("buy"), words[1], words[2], words[4], type);
    }

    private static int depth(String word) {
        try {
            int depth = Integer.parseInt(word);
            if (depth >= 1 && depth <= DEPTH_MAX) {
                return depth;
            }
        } catch (NumberFormatException e) {
            // said below, with the value
        }
        throw new IllegalArgumentException("depth '" + word + "' is not a whole number from 1 to " + DEPTH_MAX);
    }

    private static void expect(String[] words, int least, int most, String form) {
        if (words.length < least || words.length > most) {
            throw new IllegalArgumentException("'" + String.join(" ", words) + "' is incomplete or too long: " + form);
        }
    }
}
