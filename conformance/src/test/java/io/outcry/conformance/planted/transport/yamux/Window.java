package io.outcry.conformance.planted.transport.yamux;

/** Something of a muxer. */
public final class Window {}
