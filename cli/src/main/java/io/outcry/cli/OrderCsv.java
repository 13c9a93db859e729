package io.outcry.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@code --input FILE.csv}: {@code time_ms,peer,side,price,quantity,type,ref}. */
final class OrderCsv {

    static final String HEADER = "time_ms,peer,side,price,quantity,type,ref";

    /** What spreadsheets put in front of a file. */
    private static final String BYTE_ORDER_MARK = "\ufeff";

    /** What the market's grid can judge: no signs, no exponents, forty digits at most. */
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{1,40}(\\.[0-9]{1,40})?");

    /** A file longer than this is not an order file for a demo. */
    private static final int ROWS_MAX = 1_000_000;

    /**
     * What a file holds.
     *
     * @param rows the well-formed rows in order of time, then row
     * @param malformed one line for each refused row
     */
    record Parsed(List<OrderRow> rows, List<String> malformed) {}

    private OrderCsv() {}

    static Parsed read(Path file, int peers) {
        List<OrderRow> rows = new ArrayList<>();
        List<String> malformed = new ArrayList<>();
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            String header = lines.readLine();
            if (header != null && header.startsWith(BYTE_ORDER_MARK)) {
                header = header.substring(BYTE_ORDER_MARK.length());
            }
            if (header == null || !header.strip().equals(HEADER)) {
                throw new BadArgument("--input " + file + ": the first line must be '" + HEADER + "', it is '"
                        + (header == null ? "" : Speaker.oneLine(header)) + "'");
            }
            String line;
            for (int row = 1; (line = lines.readLine()) != null; row++) {
                if (row > ROWS_MAX) {
                    throw new BadArgument("--input " + file + ": more than " + ROWS_MAX + " rows");
                }
                if (line.isBlank()) {
                    continue;
                }
                try {
                    rows.add(row(row, line, peers));
                } catch (IllegalArgumentException e) {
                    malformed.add(refused(row, String.valueOf(e.getMessage())));
                }
            }
        } catch (MalformedInputException e) {
            throw new BadArgument("--input " + file + ": not UTF-8 text");
        } catch (IOException e) {
            throw new BadArgument("--input " + file + ": cannot be read (" + Answers.why(e) + ")");
        }
        rows.sort(Comparator.comparingLong(OrderRow::timeMs).thenComparingInt(OrderRow::row));
        return new Parsed(withoutStrayCancels(rows, malformed), List.copyOf(malformed));
    }

    /** A cancel names an order that the same peer enters before it, in the order of play. */
    private static List<OrderRow> withoutStrayCancels(List<OrderRow> rows, List<String> malformed) {
        Map<Integer, OrderRow> entered = new HashMap<>();
        List<OrderRow> kept = new ArrayList<>();
        for (OrderRow row : rows) {
            OrderRow order = entered.get(row.ref());
            if (row.type() != OrderRow.Type.CANCEL) {
                entered.put(row.row(), row);
                kept.add(row);
            } else if (order == null) {
                malformed.add(refused(row.row(), "ref '" + row.ref() + "' is no order entered before it"));
            } else if (order.peer() != row.peer()) {
                malformed.add(refused(
                        row.row(), "ref '" + row.ref() + "' is an order of peer " + order.peer() + ", not of its own"));
            } else {
                kept.add(row);
            }
        }
        return List.copyOf(kept);
    }

    private static String refused(int row, String why) {
        return "line " + (row + 1) + " (row " + row + "): " + why;
    }

    private static OrderRow row(int row, String line, int peers) {
        String[] cells = line.strip().split(",", -1);
        if (cells.length != 7) {
            throw new IllegalArgumentException(cells.length + " cells instead of 7");
        }
        long timeMs = whole("time_ms", cells[0], 0, Long.MAX_VALUE);
        int peer = (int) whole("peer", cells[1], 0, peers - 1L);
        OrderRow.Type type = type(cells[5]);
        if (type == OrderRow.Type.CANCEL) {
            int ref = (int) whole("ref", cells[6], 1, Integer.MAX_VALUE);
            return new OrderRow(row, timeMs, peer, true, "", "", type, ref);
        }
        boolean buy = switch (cells[2].strip().toLowerCase(Locale.ROOT)) {
            case "buy" -> true;
            case "sell" -> false;
            default ->
                throw new IllegalArgumentException("side '" + Speaker.oneLine(cells[2]) + "' is not buy or sell");
        };
        return new OrderRow(
                row, timeMs, peer, buy, positive("price", cells[3]), positive("quantity", cells[4]), type, 0);
    }

    private static OrderRow.Type type(String cell) {
        try {
            return OrderRow.Type.valueOf(cell.strip().toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "type '" + Speaker.oneLine(cell) + "' is not limit, ioc, fok, post or cancel", e);
        }
    }

    private static long whole(String name, String cell, long min, long max) {
        try {
            long value = Long.parseLong(cell.strip());
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // said below, with the value
        }
        throw new IllegalArgumentException(
                name + " '" + Speaker.oneLine(cell) + "' is not a whole number from " + min + " to " + max);
    }

    private static String positive(String name, String cell) {
        String text = cell.strip();
        if (DECIMAL.matcher(text).matches() && new BigDecimal(text).signum() > 0) {
            return text;
        }
        throw new IllegalArgumentException(
                name + " '" + Speaker.oneLine(cell) + "' is not a positive decimal such as 0.5");
    }
}
