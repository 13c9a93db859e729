/** The doors for people. */
module io.outcry.cli {
    requires static org.jspecify;
    requires io.outcry.node;
    requires io.outcry.sim;
    requires info.picocli;
}
