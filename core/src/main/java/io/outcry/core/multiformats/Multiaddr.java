package io.outcry.core.multiformats;

/** Placeholder of the first commit; the core room fills it. */
public final class Multiaddr {}
