package io.outcry.transport.muxer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.outcry.testkit.Bytes;
import io.outcry.testkit.Chunks;
import io.outcry.testkit.LeakCheck;
import io.outcry.testkit.Mutations;
import io.outcry.testkit.Seeds;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.extension.ExtendWith;

/** Muxers under random users, random networks and random peers. */
@ExtendWith({LeakCheck.class, Seeds.class})
public abstract class MuxerFuzzContract {

    private static final int STREAMS_MAX = 12;

    /** A muxer with limits small enough to be met. */
    protected abstract Muxer muxer(boolean client, MuxerSink sink);

    /** What must hold of a live muxer at any time. */
    protected abstract void check(Muxer muxer, MuxEnd end);

    /** A frame this protocol may have, right or wrong. */
    protected abstract byte[] anyFrame(RandomGenerator random);

    @RepeatedTest(6)
    void bytesInAreBytesOutInOrder(RandomGenerator random) {
        Model model = new Model(random);
        for (int step = 0; step < 1000; step++) {
            model.step();
        }
        model.finish();
    }

    @RepeatedTest(10)
    void randomBytesNeitherThrowNorLeak(RandomGenerator random) {
        attack(random, Bytes.any(random, 4_000));
    }

    @RepeatedTest(20)
    void framesInAnyOrderNeitherThrowNorLeak(RandomGenerator random) {
        byte[][] frames = new byte[random.nextInt(200)][];
        for (int i = 0; i < frames.length; i++) {
            frames[i] = anyFrame(random);
        }
        attack(random, Bytes.concat(frames));
    }

    @RepeatedTest(20)
    void validTrafficSpoiledNeitherThrowsNorLeaks(RandomGenerator random) {
        Model model = new Model(random);
        for (int step = 0; step < 200; step++) {
            model.step();
        }
        byte[] traffic = model.dialer.said.toByteArray();
        model.close();
        attack(random, Mutations.of(random, Arrays.copyOf(traffic, Math.min(traffic.length, 20_000))));
    }

    @RepeatedTest(3)
    void theSameInputGivesTheSameOutput(long seed) {
        List<byte[]> outputs = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            Model model = new Model(Seeds.random(seed));
            for (int step = 0; step < 500; step++) {
                model.step();
            }
            outputs.add(Bytes.concat(model.dialer.said.toByteArray(), model.listener.said.toByteArray()));
            model.close();
        }
        assertThat(outputs.get(0)).isEqualTo(outputs.get(1));
    }

    /** A listener with a busy user hears whatever; it may end the session, once, and go on living meanwhile. */
    private void attack(RandomGenerator random, byte[] bytes) {
        long nowNs = 1_000;
        try (MuxEnd end = new MuxEnd(sink -> muxer(false, sink))) {
            end.consume = random.nextBoolean();
            for (byte[] piece : bytes.length < 4_000
                    ? Chunks.cut(random, bytes)
                    : Chunks.every(bytes, 1 + random.nextInt(bytes.length))) {
                nowNs += random.nextInt(1_000_000);
                end.receive(piece, nowNs);
                use(random, end, nowNs);
                end.muxer.onTick(nowNs);
                if (random.nextInt(10) == 0) {
                    check(end.muxer, end);
                }
                if (random.nextInt(3) == 0 && end.muxer.hasOutput()) {
                    ByteBuf out = Unpooled.buffer();
                    end.muxer.write(out, random.nextInt(70_000), nowNs);
                }
            }
            assertThat(end.errors).isLessThanOrEqualTo(1);
        }
    }

    private static void use(RandomGenerator random, MuxEnd end, long nowNs) {
        if (end.error != null || random.nextInt(4) > 0) {
            return;
        }
        long handle = end.open(nowNs);
        if (!end.accepted.isEmpty() && random.nextBoolean()) {
            handle = end.accepted.get(random.nextInt(end.accepted.size()));
        }
        if (handle < 0) {
            return;
        }
        end.send(handle, Bytes.random(random, random.nextInt(1000)));
        switch (random.nextInt(4)) {
            case 0 -> end.muxer.closeWrite(handle);
            case 1 -> {
                end.muxer.reset(handle, random.nextInt(10));
                // What a shell forgets with its reset.
                end.log(handle).failure = "reset here";
            }
            case 2 -> end.consumeAll(nowNs);
            default -> {}
        }
    }

    /** One end with its user and what it said. */
    private static final class Actor {
        final MuxEnd end;
        final Map<Integer, byte[]> wrote = new HashMap<>();
        final List<Long> own = new ArrayList<>();
        final ByteArrayOutputStream said = new ByteArrayOutputStream();
        final Deque<byte[]> flying = new ArrayDeque<>();
        int tags;

        Actor(MuxEnd end) {
            this.end = end;
        }
    }

    /** Two ends and what must come of what they do; streams are told apart by a tag in their first four bytes. */
    private final class Model {
        private final RandomGenerator random;
        final Actor dialer = new Actor(new MuxEnd(sink -> muxer(true, sink)));
        final Actor listener = new Actor(new MuxEnd(sink -> muxer(false, sink)));
        private long nowNs = 1_000;

        Model(RandomGenerator random) {
            this.random = random;
            dialer.end.consume = false;
            listener.end.consume = false;
        }

        void step() {
            nowNs += random.nextInt(5_000_000);
            Actor actor = random.nextBoolean() ? dialer : listener;
            Actor other = actor == dialer ? listener : dialer;
            switch (random.nextInt(12)) {
                case 0 -> open(actor);
                case 1, 2 -> write(actor);
                case 3 -> {
                    if (!actor.own.isEmpty() && random.nextInt(4) == 0) {
                        actor.end.muxer.closeWrite(any(actor));
                    }
                }
                case 4 -> {
                    if (!actor.own.isEmpty() && random.nextInt(20) == 0) {
                        long handle = any(actor);
                        if (!actor.end.log(handle).ended()) {
                            actor.end.muxer.reset(handle, 7);
                            actor.end.log(handle).failure = "reset here";
                        }
                    }
                }
                case 5 -> consume(actor);
                case 6, 7, 8 -> say(actor);
                case 9, 10 -> hear(actor, other);
                default -> actor.end.muxer.onTick(nowNs);
            }
            if (random.nextInt(8) == 0) {
                check(actor.end.muxer, actor.end);
            }
        }

        private void open(Actor actor) {
            if (actor.own.size() - ended(actor) >= STREAMS_MAX) {
                return;
            }
            long handle = actor.end.open(nowNs);
            if (handle > 0) {
                int tag = actor.tags++;
                actor.own.add(handle);
                byte[] bytes = {(byte) (tag >>> 24), (byte) (tag >>> 16), (byte) (tag >>> 8), (byte) tag};
                assertThat(actor.end.send(handle, bytes)).isTrue();
                actor.wrote.put(tag, bytes);
            }
        }

        private int ended(Actor actor) {
            int count = 0;
            for (long handle : actor.own) {
                count += actor.end.log(handle).ended() ? 1 : 0;
            }
            return count;
        }

        private long any(Actor actor) {
            return actor.own.get(random.nextInt(actor.own.size()));
        }

        private void write(Actor actor) {
            if (actor.own.isEmpty()) {
                return;
            }
            int tag = random.nextInt(actor.own.size());
            byte[] bytes = Bytes.any(random, random.nextInt(8) == 0 ? 40_000 : 2_000);
            if (actor.end.muxer.queuedBytes(actor.own.get(tag)) < 400_000
                    && actor.end.send(actor.own.get(tag), bytes)) {
                actor.wrote.merge(tag, bytes, (a, b) -> Bytes.concat(a, b));
            }
        }

        private void consume(Actor actor) {
            for (MuxEnd.Log log : actor.end.logs.values()) {
                if (random.nextBoolean()) {
                    actor.end.consume(log, random.nextInt(log.unconsumed + 1), nowNs);
                }
            }
        }

        private void say(Actor actor) {
            if (!actor.end.muxer.hasOutput()) {
                return;
            }
            ByteBuf out = Unpooled.buffer();
            actor.end.muxer.write(out, random.nextInt(50_000), nowNs);
            byte[] bytes = ByteBufUtil.getBytes(out);
            actor.said.writeBytes(bytes);
            actor.flying.addAll(cut(bytes));
        }

        /** Small ones anywhere, byte by byte even; large ones in fewer pieces, to be done in time. */
        private List<byte[]> cut(byte[] bytes) {
            return bytes.length < 1000
                    ? Chunks.cut(random, bytes)
                    : Chunks.every(bytes, 500 + random.nextInt(bytes.length));
        }

        private void hear(Actor actor, Actor other) {
            for (int i = random.nextInt(20); i > 0 && !other.flying.isEmpty(); i--) {
                actor.end.receive(other.flying.poll(), nowNs);
            }
        }

        void finish() {
            dialer.end.consume = true;
            listener.end.consume = true;
            while (dialer.end.muxer.hasOutput()
                    || listener.end.muxer.hasOutput()
                    || !dialer.flying.isEmpty()
                    || !listener.flying.isEmpty()) {
                deliver(dialer, listener);
                deliver(listener, dialer);
            }
            assertThat(dialer.end.error).as(dialer.end.why).isNull();
            assertThat(listener.end.error).as(listener.end.why).isNull();
            compare(dialer, listener);
            compare(listener, dialer);
            close();
        }

        private void deliver(Actor from, Actor to) {
            from.end.consumeAll(nowNs);
            ByteBuf out = Unpooled.buffer();
            from.end.muxer.write(out, 64 << 10, nowNs);
            from.flying.add(ByteBufUtil.getBytes(out));
            while (!from.flying.isEmpty()) {
                to.end.receive(from.flying.poll(), nowNs);
            }
        }

        private void compare(Actor from, Actor to) {
            for (long handle : to.end.accepted) {
                MuxEnd.Log log = to.end.log(handle);
                byte[] got = log.received.toByteArray();
                if (got.length < 4) {
                    continue;
                }
                int tag = got[0] << 24 | (got[1] & 0xff) << 16 | (got[2] & 0xff) << 8 | (got[3] & 0xff);
                byte[] wrote = from.wrote.getOrDefault(tag, new byte[0]);
                assertThat(Arrays.mismatch(got, 0, got.length, wrote, 0, Math.min(got.length, wrote.length)))
                        .as("stream " + tag + " has the bytes written, in order")
                        .isEqualTo(-1);
                MuxEnd.Log sender = from.end.log(from.own.get(tag));
                if (log.resetCode < 0 && log.failure == null && sender.failure == null && sender.resetCode < 0) {
                    assertThat(got).as("stream " + tag + " is whole").hasSameSizeAs(wrote);
                    assertThat(log.remoteClosed).isEqualTo(sender.writeClosed);
                }
            }
        }

        void close() {
            dialer.end.close();
            listener.end.close();
        }
    }
}
