package io.outcry.cli;

import io.outcry.core.identity.PrivateKey;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.transport.Host;
import io.outcry.transport.HostOptions;
import io.outcry.transport.ListenException;
import java.util.List;

/** Starts hosts the way the verbs want them. */
final class Hosts {

    static final String AGENT = "outcry/0.1.0";

    private Hosts() {}

    static Host start(PrivateKey key, List<Multiaddr> listen) {
        return start(HostOptions.builder().privateKey(key).listen(listen).agentVersion(AGENT));
    }

    /** A host that answers {@code perf}. */
    static Host startMeasured(PrivateKey key, List<Multiaddr> listen) {
        return start(HostOptions.builder()
                .privateKey(key)
                .listen(listen)
                .agentVersion(AGENT)
                .servePerf(true));
    }

    static Host start(HostOptions.Builder options) {
        try {
            return Host.start(options.build());
        } catch (ListenException e) {
            throw new VerbFailure("LISTEN", String.valueOf(e.getMessage()));
        }
    }
}
