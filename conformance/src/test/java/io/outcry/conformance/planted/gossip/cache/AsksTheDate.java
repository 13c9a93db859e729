package io.outcry.conformance.planted.gossip.cache;

import java.time.ZoneOffset;
import java.time.ZonedDateTime;

/** A machine with a calendar. */
final class AsksTheDate {
    int year() {
        return ZonedDateTime.now(ZoneOffset.UTC).getYear();
    }
}
