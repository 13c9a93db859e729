package io.outcry.market.replica;

import java.util.ArrayList;
import java.util.List;

/** A journal that forgets at a crash what was not synced, or only some of it. */
final class VirtualDisk {

    final List<byte[]> records = new ArrayList<>();
    /** Records before it are on the disk. */
    int durable;
    /** Numbers go on over checkpoints. */
    long lsnBase;

    long append(byte[] record) {
        records.add(record);
        return lastLsn();
    }

    long lastLsn() {
        return lsnBase + records.size();
    }

    long sync() {
        durable = records.size();
        return lastLsn();
    }

    /** A crash: what was not synced is lost but for the first {@code kept} records. */
    void crash(int kept) {
        int survive = Math.min(records.size(), durable + kept);
        records.subList(survive, records.size()).clear();
        durable = records.size();
    }

    int unsynced() {
        return records.size() - durable;
    }

    /** Replaces everything with a checkpoint, synced at once. */
    void checkpoint(List<byte[]> images) {
        lsnBase += records.size();
        records.clear();
        records.addAll(images);
        durable = records.size();
        lsnBase += 0;
    }
}
