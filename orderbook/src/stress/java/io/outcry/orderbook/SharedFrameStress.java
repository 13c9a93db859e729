package io.outcry.orderbook;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;

/** A reader finds one state whole while the writer goes through three, and so through each buffer at least once. */
@JCStressTest
@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "before the first")
@Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "the first")
@Outcome(id = "2, 2", expect = Expect.ACCEPTABLE, desc = "the second")
@Outcome(id = "3, 3", expect = Expect.ACCEPTABLE, desc = "the third, in the first's buffer")
@Outcome(expect = Expect.FORBIDDEN, desc = "a mixture")
@State
public class SharedFrameStress {

    private final SharedFrame frame = new SharedFrame(2);

    /** Publishes three states. */
    @Actor
    public void write() {
        for (long state = 1; state <= 3; state++) {
            frame.open();
            frame.set(0, state);
            frame.set(1, state);
            frame.publish();
        }
    }

    /** Copies one. */
    @Actor
    public void read(JJ_Result result) {
        long[] copy = new long[2];
        frame.read(copy);
        result.r1 = copy[0];
        result.r2 = copy[1];
    }
}
