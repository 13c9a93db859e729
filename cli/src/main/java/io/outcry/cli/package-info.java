/**
 * The doors for people: the verbs of {@code bin/outcry}.
 */
@NullMarked
package io.outcry.cli;

import org.jspecify.annotations.NullMarked;
