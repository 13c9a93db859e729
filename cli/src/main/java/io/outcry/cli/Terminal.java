package io.outcry.cli;

import java.util.ArrayList;
import java.util.List;

/**
 * Repaints a block of lines in place; where stdout is no terminal it prints only the last line of a picture when that
 * changed, so that a log stays readable.
 */
final class Terminal implements AutoCloseable {

    private static final String HOME = "\u001b[H";
    /** A terminal too narrow cuts a line instead of breaking it, so that the picture stays in its place. */
    private static final String NO_WRAP = "\u001b[?7l";

    private static final String WRAP = "\u001b[?7h";
    private static final int ROWS_UNKNOWN = 24;
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    private final Outlet out;
    private final boolean live;
    private final int rows;
    private boolean painted;
    private String lastSaid = "";

    Terminal(Outlet out, boolean live, int rows) {
        this.out = out;
        this.live = live;
        this.rows = rows;
    }

    /** The terminal that {@code bin/outcry} found, or a plain output if it found none. */
    static Terminal found(Outlet out) {
        int rows = Integer.getInteger("outcry.rows", ROWS_UNKNOWN);
        return new Terminal(out, Boolean.getBoolean("outcry.tty"), rows < 2 ? ROWS_UNKNOWN : rows);
    }

    void paint(List<String> lines) {
        if (!live) {
            String last = lines.get(lines.size() - 1).strip();
            if (!last.equals(lastSaid)) {
                lastSaid = last;
                out.put(last + "\n");
            }
            return;
        }
        // What was said before is scrolled out of sight, not wiped: it may be why somebody looks.
        StringBuilder picture = new StringBuilder(painted ? HOME : NO_WRAP + "\n".repeat(rows) + HOME);
        painted = true;
        for (String line : fitting(lines)) {
            picture.append(line).append(CLEAR_LINE).append('\n');
        }
        out.put(picture.append(CLEAR_BELOW).toString());
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
            out.put(WRAP);
        }
    }
}
