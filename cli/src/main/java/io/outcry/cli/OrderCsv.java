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
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Reads {@code --input FILE.csv}: {@code time_ms,peer,side,price,quantity,type,ref}. */
final class OrderCsv {

    static final String HEADER = "time_ms,peer,side,price,quantity,type,ref";

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
            if (header == null || !header.strip().equals(HEADER)) {
                throw new BadArgument("--input " + file + ": the first line must be '" + HEADER + "', it is '"
                        + (header == null ? "" : Speaker.oneLine(header)) + "'");
            }
            Set<Integer> known = new HashSet<>();
            String line;
            for (int row = 1; (line = lines.readLine()) != null; row++) {
                if (row > ROWS_MAX) {
                    throw new BadArgument("--input " + file + ": more than " + ROWS_MAX + " rows");
                }
                if (line.isBlank()) {
                    continue;
                }
                try {
                    rows.add(row(row, line, peers, known));
                    known.add(row);
                } catch (IllegalArgumentException e) {
                    malformed.add("line " + (row + 1) + " (row " + row + "): " + e.getMessage());
                }
            }
        } catch (MalformedInputException e) {
            throw new BadArgument("--input " + file + ": not UTF-8 text");
        } catch (IOException e) {
            throw new BadArgument("--input " + file + ": cannot be read (" + e.getMessage() + ")");
        }
        rows.sort(Comparator.comparingLong(OrderRow::timeMs).thenComparingInt(OrderRow::row));
        return new Parsed(List.copyOf(rows), List.copyOf(malformed));
    }

    private static OrderRow row(int row, String line, int peers, Set<Integer> known) {
        String[] cells = line.strip().split(",", -1);
        if (cells.length != 7) {
            throw new IllegalArgumentException(cells.length + " cells instead of 7");
        }
        long timeMs = whole("time_ms", cells[0], 0, Long.MAX_VALUE);
        int peer = (int) whole("peer", cells[1], 0, peers - 1L);
        OrderRow.Type type = type(cells[5]);
        if (type == OrderRow.Type.CANCEL) {
            int ref = (int) whole("ref", cells[6], 1, Integer.MAX_VALUE);
            if (!known.contains(ref)) {
                throw new IllegalArgumentException("ref '" + ref + "' is no earlier row");
            }
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
        try {
            if (text.length() <= 40 && new BigDecimal(text).signum() > 0) {
                return text;
            }
        } catch (NumberFormatException e) {
            // said below, with the value
        }
        throw new IllegalArgumentException(name + " '" + Speaker.oneLine(cell) + "' is not a positive number");
    }
}
