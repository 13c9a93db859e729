package io.outcry.sim;

/**
 * Runs one scenario from its seed to its result.
 *
 * <p><b>Threading</b>: the caller's thread does everything; runs do not share anything.
 */
public final class Simulation {

    private Simulation() {}

    /**
     * Runs to the end.
     *
     * @throws InvariantViolation if the machines broke a promise; the message has the seed
     */
    public static SimResult run(SimOptions options) {
        return switch (options.scenario()) {
            case MARKET -> new MarketScenario(options).run();
            default -> new RouterScenario(options).run();
        };
    }
}
