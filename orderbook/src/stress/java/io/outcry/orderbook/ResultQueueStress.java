package io.outcry.orderbook;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A result comes while an old telling is heeded: it is found (first number), or told of (second number), or both. */
@JCStressTest
@Outcome(
        id = {"1, 0", "0, 1", "1, 1"},
        expect = Expect.ACCEPTABLE,
        desc = "found, told of, or both")
@Outcome(expect = Expect.FORBIDDEN, desc = "left lying")
@State
public class ResultQueueStress {

    private int tellings;
    private final ResultQueue results = new ResultQueue(1, () -> tellings++);
    private final BookRequest request = new BookRequest(results);

    /** An old telling stands. */
    public ResultQueueStress() {
        results.tell();
    }

    /** Delivers a result. */
    @Actor
    public void drain() {
        results.add(request);
        results.tell();
    }

    /** Heeds and looks. */
    @Actor
    public void fetch(II_Result result) {
        results.heed();
        result.r1 = results.poll() == null ? 0 : 1;
    }

    /** How often it was told of since. */
    @Arbiter
    public void told(II_Result result) {
        result.r2 = tellings - 1;
    }
}
