package io.outcry.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Repaints a block of lines in place; where stdout is no terminal it prints only the last line of a picture when that
 * changed, so that a log stays readable.
 */
final class Terminal implements AutoCloseable {

    private static final String HOME = "\u001b[H";
    /** Should a line be longer than we know the terminal to be wide, it is cut, and the picture stays in its place. */
    private static final String NO_WRAP = "\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";
    private static final int ROWS_UNKNOWN = 24;
    private static final int COLUMNS_UNKNOWN = 80;
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    private final Consumer<String> out;
    private final boolean live;
    private final int rows;
    private final int columns;
    private final boolean colours;
    private boolean painted;
    private String lastSaid = "";

    Terminal(Consumer<String> out, boolean live, int rows, int columns, boolean colours) {
        this.out = out;
        this.live = live;
        this.rows = rows < 2 ? ROWS_UNKNOWN : rows;
        this.columns = columns < 2 ? COLUMNS_UNKNOWN : columns;
        this.colours = colours;
    }

    /** The terminal that {@code bin/outcry} found, or a plain output if it found none; without colours if NO_COLOR is set. */
    static Terminal found(Outlet out) {
        String noColor = System.getenv("NO_COLOR");
        return new Terminal(
                out::put,
                Boolean.getBoolean("outcry.tty"),
                Integer.getInteger("outcry.rows", 0),
                Integer.getInteger("outcry.columns", 0),
                noColor == null || noColor.isEmpty());
    }

    int rows() {
        return rows;
    }

    /**
     * Shows {@code lines} in place of those before.
     *
     * @param ink adds colours to a line that was cut to the terminal's width
     */
    void paint(List<String> lines, UnaryOperator<String> ink) {
        if (!live) {
            String last = lines.get(lines.size() - 1).strip();
            if (!last.equals(lastSaid)) {
                lastSaid = last;
                out.accept(last + "\n");
            }
            return;
        }
        // What was said before is scrolled out of sight, not wiped: it may be why somebody looks.
        StringBuilder picture = new StringBuilder(painted ? HOME : NO_WRAP + "\n".repeat(rows) + HOME);
        painted = true;
        for (String line : fitting(lines)) {
            String cut = line.length() <= columns ? line : line.substring(0, columns);
            // Cleared first: behind a line as wide as the terminal the cursor stands on its last letter.
            picture.append(CLEAR_LINE).append(colours ? ink.apply(cut) : cut).append('\n');
        }
        out.accept(picture.append(CLEAR_BELOW).toString());
    }

    /** As many lines as the terminal has rows, less the cursor's; the last one, which says what happens, is always there. */
    private List<String> fitting(List<String> lines) {
        if (lines.size() < rows) {
            return lines;
        }
        List<String> fitting = new ArrayList<>(lines.subList(0, Math.max(0, rows - 2)));
        fitting.add(lines.get(lines.size() - 1));
        return fitting;
    }

    /** Leaves the terminal as it was found; the last picture stays. Idempotent. */
    @Override
    public void close() {
        if (painted) {
            painted = false;
            out.accept(WRAP);
        }
    }
}
