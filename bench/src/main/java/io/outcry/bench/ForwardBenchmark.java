package io.outcry.bench;

import io.netty.buffer.ByteBuf;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * A message's life at one node: it comes from one mesh peer and is forwarded to the others, and all the others send it as
 * well, in vain. One operation is 8 frames in and 7 out; a thousand messages make a second on the node's clock, heartbeats
 * included. The baseline ({@link PlainForwarder}) is what one would write first, with protobuf-java.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ForwardBenchmark {

    private static final int MESH = 8;

    /** Length of the data. */
    @Param({"256", "4096"})
    int length;

    /** Our router, or the plain one. */
    @Param({"Outcry", "plain protobuf"})
    String by = "";

    private RouterRig rig = new RouterRig(MESH, MESH, 1);
    private PlainForwarder plain = new PlainForwarder(MESH);
    private MessageTemplate template = new MessageTemplate(RouterRig.TOPIC, Long.BYTES);

    /** Makes a node with eight mesh peers. */
    @Setup
    public void setUp() {
        rig.close();
        rig = new RouterRig(MESH, MESH, 1);
        if (rig.meshSize() != MESH) {
            throw new IllegalStateException("the mesh has " + rig.meshSize() + " peers");
        }
        plain = new PlainForwarder(MESH);
        template = new MessageTemplate(RouterRig.TOPIC, length);
    }

    /** Gives the buffers back. */
    @TearDown
    public void tearDown() {
        rig.close();
    }

    /** In from all, out to all others. */
    @Benchmark
    public int forward() {
        ByteBuf frame = template.next(RouterRig.ALLOCATOR);
        int sent = 0;
        if (by.equals("Outcry")) {
            for (int slot = 0; slot < MESH; slot++) {
                frame.readerIndex(0);
                rig.receive(slot, frame);
            }
            sent = rig.drain();
            rig.pass(TimeUnit.MILLISECONDS.toNanos(1));
        } else {
            for (int slot = 0; slot < MESH; slot++) {
                frame.readerIndex(0);
                sent += plain.receive(slot, frame);
            }
        }
        frame.release();
        if (sent < (MESH - 1) * length) {
            throw new IllegalStateException("only " + sent + " bytes went out");
        }
        return sent;
    }
}
