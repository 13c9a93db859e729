package io.outcry.core.agent;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A source whose share is used up offers again while the reader takes: it gets in (first number) or is told of room (second). */
@JCStressTest
@Outcome(
        id = {"1, 0", "0, 1"},
        expect = Expect.ACCEPTABLE,
        desc = "in, or told of room")
@Outcome(expect = Expect.FORBIDDEN, desc = "waits for ever, or is told of nothing")
@State
public class MailboxRoomStress {

    private final Mailbox<String> box = new Mailbox<>("box", 2);
    private volatile int told;
    private final Mailbox<String>.Source source = box.source(1, () -> told++);

    public MailboxRoomStress() {
        source.offer("first");
    }

    @Actor
    public void offer(II_Result result) {
        result.r1 = source.offer("second") ? 1 : 0;
    }

    @Actor
    public void take() {
        box.drain(item -> {}, 1);
    }

    @Arbiter
    public void room(II_Result result) {
        result.r2 = told;
    }
}
