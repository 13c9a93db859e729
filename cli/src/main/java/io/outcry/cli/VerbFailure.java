package io.outcry.cli;

/** The work failed for a reason a user can understand: one line, and a code for scripts. Status 1. */
final class VerbFailure extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final String code;

    VerbFailure(String code, String message) {
        super(message);
        this.code = code;
    }

    String code() {
        return code;
    }
}
