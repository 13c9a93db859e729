package io.outcry.conformance.planted.node.util;

/** A room without a name. */
final class Anything {}
