package io.outcry.conformance.planted.gossip.router;

import io.outcry.conformance.planted.transport.Honest;

/** A machine that knows the wire. */
final class KnowsTransport {
    final Honest honest = new Honest(1);
}
