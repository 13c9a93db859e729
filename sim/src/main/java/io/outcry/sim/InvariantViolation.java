package io.outcry.sim;

/** An invariant did not hold. The message says which, when, why, and the seed that shows it again. */
public final class InvariantViolation extends RuntimeException {

    private static final long serialVersionUID = 1L;

    InvariantViolation(String invariant, World world, String what) {
        super(invariant + " broken at " + world.nowNs() / World.MS + " ms (event " + world.events() + "): " + what
                + "; replay with -Dseed=" + world.seed());
    }
}
