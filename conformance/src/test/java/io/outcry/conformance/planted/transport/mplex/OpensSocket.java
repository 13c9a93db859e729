package io.outcry.conformance.planted.transport.mplex;

import java.io.IOException;
import java.net.Socket;

/** A machine that goes on the network. */
final class OpensSocket {
    int port() throws IOException {
        try (Socket socket = new Socket()) {
            return socket.getLocalPort();
        }
    }
}
