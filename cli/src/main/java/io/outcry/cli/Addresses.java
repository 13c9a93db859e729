package io.outcry.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.core.multiformats.MultiaddrException;
import io.outcry.discovery.BootstrapList;
import io.outcry.transport.Host;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Multiaddrs of the command line: read with a clear error, written the same way by every verb. */
final class Addresses {

    static final String LISTEN_DEFAULT = "/ip4/127.0.0.1/tcp/0";

    private Addresses() {}

    static Multiaddr parse(String option, String text) {
        try {
            return Multiaddr.parse(text);
        } catch (MultiaddrException e) {
            throw new BadArgument(option + " '" + text + "': " + e.getMessage());
        }
    }

    /** An address that names its peer, so that we know who answers. */
    static Multiaddr withPeer(String option, String text) {
        Multiaddr address = parse(option, text);
        if (address.peerId().isEmpty()) {
            throw new BadArgument(option + " '" + text + "' does not name its peer: append /p2p/PEER-ID");
        }
        return address;
    }

    /** The peer of an address made by {@link #withPeer}. */
    static PeerId peer(Multiaddr address) {
        return address.peerId().orElseThrow();
    }

    /** What {@code --listen} says, or the default. */
    static List<Multiaddr> listen(@Nullable List<String> given) {
        List<Multiaddr> addresses = new ArrayList<>();
        for (String text : given == null || given.isEmpty() ? List.of(LISTEN_DEFAULT) : given) {
            addresses.add(parse("--listen", text));
        }
        return addresses;
    }

    static List<Multiaddr> withPeers(String option, @Nullable List<String> given) {
        List<String> texts = given == null ? List.of() : given;
        if (texts.size() > BootstrapList.ADDRESSES_MAX) {
            throw new BadArgument(option + " is given " + texts.size() + " times; at most "
                    + BootstrapList.ADDRESSES_MAX + " addresses can be dialled again and again");
        }
        List<Multiaddr> addresses = new ArrayList<>();
        for (String text : texts) {
            addresses.add(withPeer(option, text));
        }
        return addresses;
    }

    /** The event {@code listening}: who and where, each address with the peer's name. */
    static void sayListening(Speaker speaker, Host host) {
        List<String> addresses = host.listenAddresses().stream()
                .map(address -> address.peerId().isPresent() ? address : address.withPeer(host.peerId()))
                .map(Multiaddr::toString)
                .toList();
        StringBuilder sentence = new StringBuilder("peer ").append(host.peerId());
        for (String address : addresses) {
            sentence.append("\nlistening on ").append(address);
        }
        speaker.event(
                "listening",
                g -> {
                    g.writeStringField("peer", host.peerId().toString());
                    strings(g, "addresses", addresses);
                },
                sentence.toString());
    }

    static void strings(JsonGenerator g, String field, Iterable<?> values) throws IOException {
        g.writeArrayFieldStart(field);
        for (Object value : values) {
            g.writeString(value.toString());
        }
        g.writeEndArray();
    }
}
