package io.outcry.cli;

import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.transport.Host;
import io.outcry.transport.IdentifyInfo;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code outcry identify MA}: what any libp2p peer says of itself. */
@Command(name = "identify", description = "Ask any libp2p peer who it is.")
final class IdentifyVerb extends Verb {

    @Parameters(paramLabel = "MA", description = "Address of the peer, ending in /p2p/PEER-ID.")
    @SuppressWarnings("NullAway.Init")
    private String address;

    @Override
    int run(Speaker speaker) throws InterruptedException {
        Multiaddr target = Addresses.withPeer("MA", address);
        PeerId peer = Addresses.peer(target);
        long sinceNs = System.nanoTime();
        try (Host host = Hosts.start(PrivateKey.generate(KeyType.ED25519), List.of())) {
            Answers.await(host.connect(target), door().quit(), Answers.GIVE_UP_MS, "UNREACHABLE", "identify " + target);
            IdentifyInfo info = Answers.await(
                    host.identify(peer), door().quit(), Answers.leftMs(sinceNs), "NO_ANSWER", "identify " + target);
            say(speaker, peer, info);
        }
        return Outcry.DONE;
    }

    private static void say(Speaker speaker, PeerId peer, IdentifyInfo info) {
        StringBuilder text = new StringBuilder("peer      " + peer + "\nagent     " + Speaker.oneLine(info.agent()));
        info.protocols().forEach(protocol -> text.append("\nprotocol  ").append(Speaker.oneLine(protocol)));
        info.addresses().forEach(at -> text.append("\naddress   ").append(at));
        info.observed().ifPresent(at -> text.append("\nobserved  ").append(at));
        text.append("\nsigned record  ").append(info.signedRecord().isPresent() ? "yes" : "no");
        speaker.event(
                "identify",
                g -> {
                    g.writeStringField("peer", peer.toString());
                    g.writeStringField("agent", info.agent());
                    Addresses.strings(g, "protocols", info.protocols());
                    Addresses.strings(g, "addresses", info.addresses());
                    g.writeStringField(
                            "observed", info.observed().map(Multiaddr::toString).orElse(null));
                    g.writeBooleanField("signedRecord", info.signedRecord().isPresent());
                },
                text.toString());
    }
}
