package io.outcry.bench;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A heartbeat of a node in ten topics that all its peers are in, with a hundred fresh messages to announce. The baseline
 * has a hundred peers: a heartbeat that looked at every peer would take ten times as long with a thousand.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HeartbeatBenchmark {

    private static final int TOPICS = 10;
    private static final int MESSAGES = 10;
    private static final int GRAFTED = 8;
    private static final int LENGTH = 256;

    /** How many peers. */
    @Param({"1000 peers", "100 peers"})
    String by = "";

    private RouterRig rig = new RouterRig(1, 1, 1);
    private final MessageTemplate[] templates = new MessageTemplate[TOPICS];

    /** Makes the node. */
    @Setup
    public void setUp() {
        rig.close();
        rig = new RouterRig(Integer.parseInt(by.substring(0, by.indexOf(' '))), GRAFTED, TOPICS);
        for (int t = 0; t < TOPICS; t++) {
            templates[t] = new MessageTemplate(RouterRig.topic(t), LENGTH);
        }
    }

    /** Receives the messages of a second; not measured. */
    @Setup(Level.Invocation)
    public void receive() {
        for (MessageTemplate template : templates) {
            for (int i = 0; i < MESSAGES; i++) {
                ByteBuf frame = template.next(RouterRig.ALLOCATOR);
                rig.receive(0, frame);
                frame.release();
            }
        }
        rig.drain();
    }

    /** Gives the buffers back. */
    @TearDown
    public void tearDown() {
        rig.close();
    }

    /** The heartbeat and the frames it makes. */
    @Benchmark
    public int heartbeat() {
        return rig.heartbeat();
    }
}
