package io.outcry.cli;

import io.outcry.transport.Connection;
import io.outcry.transport.DisconnectReason;
import io.outcry.transport.Host;
import io.outcry.transport.HostListener;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Tells of peers that come and go, also of those that came before anybody listened.
 *
 * <p><b>Threading</b>: the host's callbacks; one lock, so that no connection is told twice or after its end.
 */
final class PeerEvents implements HostListener {

    private final Speaker speaker;
    private final Set<Connection> told = new HashSet<>();

    private PeerEvents(Speaker speaker) {
        this.speaker = speaker;
    }

    /** Tells of every peer of a host from now on, beginning with those that are connected. */
    static void follow(Host host, Speaker speaker) {
        PeerEvents events = new PeerEvents(speaker);
        synchronized (events.told) {
            host.addListener(events);
            host.connections().forEach(events::onConnected);
        }
    }

    @Override
    public void onConnected(Connection connection) {
        synchronized (told) {
            if (connection.isOpen() && told.add(connection)) {
                sayConnected(connection);
            }
        }
    }

    private void sayConnected(Connection connection) {
        String peer = connection.peer().toString();
        speaker.eventIfRoom("peer-connected", g -> g.writeStringField("peer", peer), "+ " + peer);
    }

    @Override
    public void onDisconnected(Connection connection, DisconnectReason reason) {
        synchronized (told) {
            if (told.remove(connection)) {
                sayDisconnected(connection, reason);
            }
        }
    }

    private void sayDisconnected(Connection connection, DisconnectReason reason) {
        String peer = connection.peer().toString();
        String why = reason.name().toLowerCase(Locale.ROOT);
        speaker.eventIfRoom(
                "peer-disconnected",
                g -> {
                    g.writeStringField("peer", peer);
                    g.writeStringField("reason", why);
                },
                "- " + peer + " (" + why + ")");
    }
}
