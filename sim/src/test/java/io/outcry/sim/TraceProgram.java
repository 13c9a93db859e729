package io.outcry.sim;

/** Runs one simulation and prints its trace, for a test that runs it in another JVM. */
final class TraceProgram {

    private TraceProgram() {}

    public static void main(String[] args) {
        SimOptions options = SimOptions.of(Scenario.parse(args[0]), Integer.parseInt(args[1]), Long.parseLong(args[2]));
        System.out.println("trace " + Simulation.run(options).trace());
    }
}
