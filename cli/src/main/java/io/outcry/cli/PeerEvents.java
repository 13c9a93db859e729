package io.outcry.cli;

import io.outcry.transport.Connection;
import io.outcry.transport.DisconnectReason;
import io.outcry.transport.HostListener;
import java.util.Locale;

/** Tells of peers that come and go. */
final class PeerEvents implements HostListener {

    private final Speaker speaker;

    PeerEvents(Speaker speaker) {
        this.speaker = speaker;
    }

    @Override
    public void onConnected(Connection connection) {
        String peer = connection.peer().toString();
        speaker.event("peer-connected", g -> g.writeStringField("peer", peer), "+ " + peer);
    }

    @Override
    public void onDisconnected(Connection connection, DisconnectReason reason) {
        String peer = connection.peer().toString();
        String why = reason.name().toLowerCase(Locale.ROOT);
        speaker.event(
                "peer-disconnected",
                g -> {
                    g.writeStringField("peer", peer);
                    g.writeStringField("reason", why);
                },
                "- " + peer + " (" + why + ")");
    }
}
