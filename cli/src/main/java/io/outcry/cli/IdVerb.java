package io.outcry.cli;

import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PeerId;
import io.outcry.core.identity.PrivateKey;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code outcry id}: makes or shows an identity. */
@Command(name = "id", description = "Make or show an identity.")
final class IdVerb extends Verb {

    @Option(names = "--key", paramLabel = "FILE", description = "Key file; made (mode 0600) if absent.")
    private @Nullable Path key;

    @Option(
            names = "--type",
            paramLabel = "ed25519|secp256k1|ecdsa|rsa",
            description = "Type of a new key (default: ed25519).")
    private @Nullable KeyType type;

    @Override
    boolean onlyComputes() {
        return true;
    }

    @Override
    int run(Speaker speaker) {
        PrivateKey identity = Identities.open(key, type, speaker);
        PeerId peer = identity.peerId();
        String kind = identity.type().name().toLowerCase(Locale.ROOT);
        speaker.event(
                "id",
                g -> {
                    g.writeStringField("peer", peer.toString());
                    g.writeStringField("cid", peer.toCid().toString());
                    g.writeStringField("type", kind);
                    if (key != null) {
                        g.writeStringField("key", key.toString());
                    }
                },
                "peer  " + peer + "\ncid   " + peer.toCid().toString() + "\ntype  " + kind);
        return Outcry.DONE;
    }
}
