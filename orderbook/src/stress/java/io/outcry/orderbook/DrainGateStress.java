package io.outcry.orderbook;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Two threads bring work and do what they find: none is left (first number), all is done (second number). */
@JCStressTest
@Outcome(id = "0, 2", expect = Expect.ACCEPTABLE, desc = "all done")
@Outcome(expect = Expect.FORBIDDEN, desc = "left lying, or done by two at a time")
@State
public class DrainGateStress {

    private final DrainGate gate = new DrainGate();
    private final AtomicInteger work = new AtomicInteger();
    private int done;

    /** One. */
    @Actor
    public void one() {
        bring();
    }

    /** The other. */
    @Actor
    public void other() {
        bring();
    }

    private void bring() {
        work.incrementAndGet();
        gate.signal();
        if (gate.claim()) {
            do {
                done += work.getAndSet(0);
            } while (!gate.release());
        }
    }

    /** What came of it. */
    @Arbiter
    public void left(II_Result result) {
        result.r1 = work.get();
        result.r2 = done;
    }
}
