package io.outcry.conformance.planted.core;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ground that logs. */
final class BadLibrary {
    final Logger log = LoggerFactory.getLogger(BadLibrary.class);
}
