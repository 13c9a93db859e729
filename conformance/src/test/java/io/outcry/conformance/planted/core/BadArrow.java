package io.outcry.conformance.planted.core;

import io.outcry.conformance.planted.transport.Honest;

/** Ground that leans on the shell. */
final class BadArrow {
    final Honest honest = new Honest(1);
}
