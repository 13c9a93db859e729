package io.outcry.cli;

/** A wrong argument: its message names the argument, the value and what is expected. Status 2. */
final class BadArgument extends RuntimeException {
    private static final long serialVersionUID = 1;

    BadArgument(String message) {
        super(message);
    }
}
