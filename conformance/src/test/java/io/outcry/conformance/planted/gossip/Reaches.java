package io.outcry.conformance.planted.gossip;

import io.outcry.conformance.planted.transport.yamux.Window;

/** A binding that reaches past Host and Stream. */
final class Reaches {
    final Window window = new Window();
}
