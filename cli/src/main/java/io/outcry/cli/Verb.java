package io.outcry.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** What all verbs share: {@code --help}, {@code --json} and the door they speak through. */
abstract class Verb implements Callable<Integer> {

    @Option(names = "--json", description = "JSON lines on stdout, one object a line; logs go to stderr.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @SuppressWarnings("NullAway.Init") // set by VerbFactory before picocli parses
    private Door door;

    final void door(Door given) {
        door = given;
    }

    final Door door() {
        return door;
    }

    final boolean json() {
        return json;
    }

    @Override
    public final Integer call() throws Exception {
        Logging.configure(door.err());
        Speaker speaker = door.speaker(json);
        if (servesOthers()) {
            door.out().whenDeaf(() -> speaker.warn("stdout is closed; going on without it"));
        } else {
            door.out().whenDeaf(door.quit()::ask);
        }
        if (onlyComputes()) {
            door.quit().nothingToClose();
        }
        return run(speaker);
    }

    /** Whether it goes on when nobody reads stdout any more; what is there to be read ends then. */
    boolean servesOthers() {
        return false;
    }

    /** Whether a signal may end it wherever it is: it holds nothing but memory. */
    boolean onlyComputes() {
        return false;
    }

    /** Does the work; the exit status. Throws {@link BadArgument} or {@link VerbFailure} with a line for the user. */
    abstract int run(Speaker speaker) throws Exception;
}
