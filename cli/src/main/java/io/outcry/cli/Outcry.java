package io.outcry.cli;

import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bin/outcry}: finds the verb, turns what it threw into one line and an exit status. */
@Command(
        name = "outcry",
        description = "A market without a venue: a peer-to-peer order book over GossipSub.",
        synopsisSubcommandLabel = "VERB",
        subcommands = {
            DemoVerb.class,
            NodeVerb.class,
            PubsubVerb.class,
            BootstrapVerb.class,
            IdVerb.class,
            PingVerb.class,
            IdentifyVerb.class,
            PerfVerb.class,
            ReplayVerb.class,
            SimVerb.class
        })
public final class Outcry implements Runnable {

    /** The work was done. */
    static final int DONE = 0;
    /** The work failed; one line said why. */
    static final int FAILED = 1;
    /** The arguments were wrong; one line named the argument and its value. */
    static final int BAD_ARGUMENTS = 2;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    private Outcry() {}

    /** The program's entry; leaves with the status of CLI contract: 0 done, 1 failed, 2 bad arguments. */
    public static void main(String[] args) {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        Quit quit = Quit.onSignals();
        int status = FAILED;
        try {
            status = run(args, System.in, out, err, quit);
        } catch (Error e) {
            err.println("outcry: " + Speaker.oneLine(e.toString())); // memory is out, or a class is missing
        } finally {
            quit.finished(); // or the hook below would take this for a signal, and all for well
        }
        System.exit(status);
    }

    /** Runs one verb with the given streams; what {@link #main} does, without leaving the JVM. */
    static int run(String[] args, InputStream in, PrintStream out, PrintStream err, Quit quit) {
        try (Outlet stdout = new Outlet(out, "stdout");
                Outlet stderr = new Outlet(err, "stderr")) {
            Door door = new Door(in, stdout, stderr, err, quit);
            CommandLine line = new CommandLine(new Outcry(), new VerbFactory(door));
            line.setOut(writer(stdout));
            line.setErr(writer(stderr));
            line.setParameterExceptionHandler((e, a) -> badArguments(e, a, door));
            line.setExecutionExceptionHandler((e, cmd, parsed) -> failed(e, cmd, door));
            line.setCaseInsensitiveEnumValuesAllowed(true);
            line.setExpandAtFiles(false); // a topic may begin with an at sign
            return line.execute(args);
        }
    }

    /** For what picocli prints by itself: help. */
    private static PrintWriter writer(Outlet outlet) {
        return new PrintWriter(
                new Writer() {
                    @Override
                    public void write(char[] text, int offset, int length) {
                        outlet.put(new String(text, offset, length));
                    }

                    @Override
                    public void flush() {}

                    @Override
                    public void close() {}
                },
                true);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a verb is missing: outcry --help lists them");
    }

    private static int badArguments(ParameterException e, String[] args, Door door) {
        String verb = e.getCommandLine().getCommandSpec().qualifiedName();
        String why =
                String.valueOf(e.getMessage()).replaceAll(" is not an? (int|long)$", " is not a whole number in range");
        String line = Speaker.oneLine(why) + " (" + verb + " --help says more)";
        door.speaker(java.util.Arrays.asList(args).contains("--json")).error("BAD_ARGUMENTS", line);
        return BAD_ARGUMENTS;
    }

    private static int failed(Exception e, CommandLine cmd, Door door) {
        if (e instanceof Answers.QuitAsked) {
            return DONE;
        }
        boolean json = cmd.getCommand() instanceof Verb verb && verb.json();
        if (e instanceof BadArgument) {
            door.speaker(json).error("BAD_ARGUMENTS", Speaker.oneLine(String.valueOf(e.getMessage())));
            return BAD_ARGUMENTS;
        }
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        String code = e instanceof VerbFailure failure ? failure.code() : "FAILED";
        door.speaker(json).error(code, Speaker.oneLine(why));
        if (!(e instanceof VerbFailure)) {
            door.trace(e);
        }
        return FAILED;
    }
}
