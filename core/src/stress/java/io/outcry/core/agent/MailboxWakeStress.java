package io.outcry.core.agent;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * An item comes while its agent dozes off: the agent sees the item in its last look (first number), or whoever brought it
 * sees the agent asleep and wakes it (second number), or both.
 */
@JCStressTest
@Outcome(
        id = {"1, 0", "0, 1", "1, 1"},
        expect = Expect.ACCEPTABLE,
        desc = "seen, woken, or both")
@Outcome(expect = Expect.FORBIDDEN, desc = "asleep over an item")
@State
public class MailboxWakeStress {

    private final Mailbox<String> box = new Mailbox<>("box", 2);
    private boolean woken;

    /** As in {@code AgentRunner}: asleep is a volatile word, set before the last look. */
    private volatile boolean asleep;

    public MailboxWakeStress() {
        box.wakes(() -> woken = asleep);
    }

    @Actor
    public void bring(II_Result result) {
        box.offer("item");
        result.r2 = woken ? 1 : 0;
    }

    @Actor
    public void dozeOff(II_Result result) {
        asleep = true;
        result.r1 = box.isEmpty() ? 0 : 1;
    }
}
