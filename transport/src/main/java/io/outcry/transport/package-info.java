/**
 * From a socket to many authenticated streams: {@code Host}, {@code Connection}, {@code Stream}.
 */
@NullMarked
package io.outcry.transport;

import org.jspecify.annotations.NullMarked;
