package io.outcry.cli;

import java.io.PrintStream;
import java.util.List;

/**
 * Repaints a block of lines in place; where stdout is no terminal it prints only the last line of a picture when that
 * changed, so that a log stays readable.
 */
final class Terminal {

    private static final String HOME = "\u001b[H";
    private static final String CLEAR = "\u001b[2J";
    private static final String CLEAR_LINE = "\u001b[K";
    private static final String CLEAR_BELOW = "\u001b[J";

    private final PrintStream out;
    private final boolean live;
    private boolean painted;
    private String lastSaid = "";

    Terminal(PrintStream out, boolean live) {
        this.out = out;
        this.live = live;
    }

    /** Whether stdout is a terminal, as {@code bin/outcry} found it. */
    static boolean isLive() {
        return Boolean.getBoolean("outcry.tty");
    }

    void paint(List<String> lines) {
        synchronized (out) {
            if (!live) {
                String last = lines.get(lines.size() - 1).strip();
                if (!last.equals(lastSaid)) {
                    lastSaid = last;
                    out.println(last);
                    out.flush();
                }
                return;
            }
            StringBuilder picture = new StringBuilder(painted ? HOME : CLEAR + HOME);
            painted = true;
            for (String line : lines) {
                picture.append(line).append(CLEAR_LINE).append('\n');
            }
            out.print(picture.append(CLEAR_BELOW));
            out.flush();
        }
    }
}
