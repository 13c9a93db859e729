package io.outcry.market.replica;

/** The power goes: thrown by a sink into a replica that is not used again. */
final class Crash extends RuntimeException {

    private static final long serialVersionUID = 1L;

    Crash(String where) {
        super(where, null, false, false);
    }
}
