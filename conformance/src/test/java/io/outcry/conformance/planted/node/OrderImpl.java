package io.outcry.conformance.planted.node;

/** A class without a name. */
final class OrderImpl {}
