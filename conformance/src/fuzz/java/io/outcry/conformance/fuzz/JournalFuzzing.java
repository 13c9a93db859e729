package io.outcry.conformance.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.outcry.market.journal.Journal;
import io.outcry.market.journal.JournalException;
import io.outcry.market.journal.JournalReplay;
import io.outcry.sim.ForgetfulDisk;
import java.util.SplittableRandom;

/** A journal file opens or is refused in words; one that opens takes a record and opens again with it. */
final class JournalFuzzing {

    @FuzzTest(maxDuration = "20s")
    void anyFileOpensOrIsRefused(byte[] bytes) {
        ForgetfulDisk disk = new ForgetfulDisk("disk", new SplittableRandom(1));
        disk.restore(bytes);
        long lsn;
        try {
            Journal journal = Journal.open(disk.open(), new Ignoring(), new SplittableRandom(2));
            lsn = journal.append(1, new byte[] {1, 2, 3});
            journal.commit();
            journal.close();
        } catch (JournalException refused) {
            return;
        }
        Ignoring again = new Ignoring();
        Journal.open(disk.open(), again, new SplittableRandom(3)).close();
        if (again.last != lsn) {
            throw new AssertionError("the record " + lsn + " was acknowledged, the last one found is " + again.last);
        }
    }

    private static final class Ignoring implements JournalReplay {
        private long last;

        @Override
        public void onSnapshot(long baseLsn, int type, byte[] body) {
            last = baseLsn;
        }

        @Override
        public void onRecord(long lsn, int type, byte[] body) {
            last = lsn;
        }
    }
}
