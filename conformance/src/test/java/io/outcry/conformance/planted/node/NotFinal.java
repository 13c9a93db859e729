package io.outcry.conformance.planted.node;

/** A class one could extend. */
class NotFinal {}
