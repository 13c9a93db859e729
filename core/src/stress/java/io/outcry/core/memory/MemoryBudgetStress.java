package io.outcry.core.memory;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;

/** A stream reserves and releases while its connection closes: in the end the node holds nothing of it. */
@JCStressTest
@Outcome(id = "0", expect = Expect.ACCEPTABLE, desc = "all given back")
@Outcome(expect = Expect.FORBIDDEN, desc = "held for ever, or given back twice")
@State
public class MemoryBudgetStress {

    private final MemoryBudget node = new MemoryBudget("node", 100);
    private final MemoryBudget connection = node.child("connection", 100);
    private final MemoryBudget stream = connection.child("stream", 100);

    @Actor
    public void use() {
        stream.reserve(10, Priority.ALWAYS);
        if (stream.reserve(20, Priority.ALWAYS)) {
            stream.release(20);
        }
    }

    @Actor
    public void end() {
        connection.close();
    }

    @Arbiter
    public void held(J_Result result) {
        stream.close();
        result.r1 = node.used();
    }
}
