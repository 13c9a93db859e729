package io.outcry.cli;

import java.io.InputStream;
import java.io.PrintStream;

/** The streams a verb was called with, and the wish to quit. */
record Door(InputStream in, Outlet out, Outlet err, PrintStream rawErr, Quit quit) {

    Speaker speaker(boolean json) {
        return new Speaker(out, err, json);
    }

    /** The stack of an unforeseen failure, shown only with OUTCRY_TRACE set; the one line was said already. */
    void trace(Exception e) {
        if (System.getenv("OUTCRY_TRACE") != null) {
            e.printStackTrace(rawErr);
        }
    }
}
