package io.outcry.market.journal;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A replay written down as text, so that two are compared at a glance. */
final class Replayed implements JournalReplay {

    final List<String> lines = new ArrayList<>();

    @Override
    public void onSnapshot(long baseLsn, int type, byte[] body) {
        lines.add("snapshot " + baseLsn + " " + type + " " + new String(body, StandardCharsets.ISO_8859_1));
    }

    @Override
    public void onRecord(long lsn, int type, byte[] body) {
        lines.add(lsn + " " + type + " " + new String(body, StandardCharsets.ISO_8859_1));
    }
}
