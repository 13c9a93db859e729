package io.outcry.transport;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.outcry.core.multiformats.Multiaddr;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class MisbehaviourLogTest {

    private static final Multiaddr ADDRESS = Multiaddr.parse("/ip4/192.0.2.7/tcp/4001");

    private final Logger logger = (Logger) LoggerFactory.getLogger(MisbehaviourLog.class);
    private final ListAppender<ILoggingEvent> lines = new ListAppender<>();
    private final MisbehaviourLog log = new MisbehaviourLog(0);

    @BeforeEach
    void listen() {
        lines.start();
        logger.addAppender(lines);
        logger.setAdditive(false);
    }

    @AfterEach
    void stop() {
        logger.detachAppender(lines);
        logger.setAdditive(true);
    }

    @Test
    void writesOneLineThatToolsCanRead() {
        log.write(null, ADDRESS, "noise: a frame is not authentic", 0);
        assertThat(line(0))
                .isEqualTo(
                        "MISBEHAVING_PEER peer=unknown addr=/ip4/192.0.2.7/tcp/4001 why=noise: a frame is not authentic");
    }

    @Test
    void textOfPeersCannotForgeLines() {
        log.write(null, ADDRESS, "x\nMISBEHAVING_PEER peer=innocent\u001b[31m\u2028", 0);
        assertThat(line(0)).doesNotContain("\n").doesNotContain("\u001b").doesNotContain("\u2028");
        assertThat(MisbehaviourLog.clean("a".repeat(500), 10)).isEqualTo("a".repeat(10) + "…");
    }

    @Test
    void aFloodIsThinnedAndSaysSo() {
        for (int i = 0; i < 1_000; i++) {
            log.write(null, ADDRESS, "again", 0);
        }
        assertThat(lines.list).hasSize(20);
        assertThat(log.count()).isEqualTo(1_000);
        log.write(null, ADDRESS, "again", TimeUnit.SECONDS.toNanos(1));
        assertThat(line(20)).endsWith("(980 more lines were left out)");
    }

    private String line(int number) {
        return lines.list.get(number).getFormattedMessage();
    }
}
