/** The doors for people. */
module io.outcry.cli {
    requires static org.jspecify;
    requires io.outcry.node;
    requires io.outcry.sim;
    requires info.picocli;
    requires com.fasterxml.jackson.core;
    requires ch.qos.logback.classic;
    requires ch.qos.logback.core;
    requires jdk.httpserver;
    requires micrometer.core;
    requires micrometer.registry.prometheus;
    requires org.slf4j;

    opens io.outcry.cli to
            info.picocli;
}
