package io.outcry.bench.replay;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * Makes an order stream with the public benchmark's proportions: a mid price that wanders, quotes whose distance from it
 * falls off like a power law, 15 % immediate orders, and most of the others modified or cancelled after a short and
 * exponentially distributed life; some commands come twice or too late. It is not that benchmark's own generator, and its
 * streams are others.
 */
final class StreamGenerator {

    private static final double IMMEDIATE = 0.15;
    private static final double MODIFIED = 0.2;
    private static final double MOVED = 0.8;
    private static final double CANCELLED = 0.95;
    private static final double REPEATED = 0.02;
    private static final double TAIL = 2.23;
    private static final double MEAN_LIFE = 3_000;
    private static final double MID_STEP = 0.35;
    private static final long MID_FIRST = 33_504;
    private static final int DEPTH_MAX = 5_000;
    private static final int RECORD_LENGTH = 40;
    private static final int HEADER_LENGTH = 16;

    private record Later(double due, long tie, int type, int side, long id, long price, int quantity) {}

    private final SplittableRandom random;
    private final ByteBuffer record = ByteBuffer.allocate(RECORD_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
    private final PriorityQueue<Later> pending =
            new PriorityQueue<>((a, b) -> a.due != b.due ? Double.compare(a.due, b.due) : Long.compare(a.tie, b.tie));
    private long sequence;
    private long ties;

    StreamGenerator(long seed) {
        random = new SplittableRandom(seed);
    }

    /** Writes a stream with so many new orders and what follows from them. */
    void write(Path file, int orders) throws IOException {
        Path body = Files.createTempFile("outcry-stream", ".body");
        try {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(body))) {
                generate(out, orders);
            }
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
                ByteBuffer header = ByteBuffer.allocate(HEADER_LENGTH).order(ByteOrder.LITTLE_ENDIAN);
                header.putInt(12, (int) sequence);
                for (int i = 0; i < HEADER_LENGTH; i++) {
                    out.write(header.get(i));
                }
                Files.copy(body, out);
            }
        } finally {
            Files.delete(body);
        }
    }

    private void generate(OutputStream out, int orders) throws IOException {
        double mid = MID_FIRST;
        for (int id = 1; id <= orders; id++) {
            mid = Math.max(DEPTH_MAX, mid + random.nextGaussian() * MID_STEP);
            int side = random.nextInt(2);
            boolean immediate = random.nextDouble() < IMMEDIATE;
            long depth = depth();
            long away = immediate ? -depth : depth;
            long price = Math.max(1, Math.round(side == 0 ? mid - away : mid + away));
            int quantity = 1 + random.nextInt(100);
            emit(out, 0, side, immediate ? 1 : 0, id, price, quantity);
            if (!immediate) {
                plan(id, side, id, price, quantity);
            }
            while (!pending.isEmpty() && pending.peek().due <= id) {
                Later later = pending.remove();
                emit(out, later.type, later.side, 0, later.id, later.price, later.quantity);
            }
        }
        while (!pending.isEmpty()) {
            Later later = pending.remove();
            emit(out, later.type, later.side, 0, later.id, later.price, later.quantity);
        }
    }

    private void plan(double now, int side, long id, long price, int quantity) {
        double due = now + life();
        long at = price;
        int size = quantity;
        if (random.nextDouble() < MODIFIED) {
            at = random.nextDouble() < MOVED ? Math.max(1, price + (random.nextBoolean() ? 1 : -1)) : price;
            size = quantity + 1;
            later(due, 2, side, id, at, size);
            due += life();
        }
        if (random.nextDouble() < CANCELLED) {
            later(due, 1, side, id, at, size);
        }
    }

    private void later(double due, int type, int side, long id, long price, int quantity) {
        pending.add(new Later(due, ties++, type, side, id, price, quantity));
        if (random.nextDouble() < REPEATED) {
            pending.add(new Later(due + life(), ties++, type, side, id, price, quantity));
        }
    }

    private double life() {
        return -MEAN_LIFE * Math.log(1 - random.nextDouble());
    }

    /** Ticks from the mid: a power law cut off where nobody looks. */
    private long depth() {
        double depth = Math.pow(1 - random.nextDouble(), -1 / (TAIL - 1));
        return (long) Math.min(DEPTH_MAX, depth);
    }

    private void emit(OutputStream out, int type, int side, int immediate, long id, long price, int quantity)
            throws IOException {
        record.put(0, (byte) type).put(1, (byte) side).put(2, (byte) immediate).putInt(4, quantity);
        record.putLong(8, sequence++).putLong(16, id).putLong(24, price);
        for (int i = 0; i < RECORD_LENGTH; i++) {
            out.write(record.get(i));
        }
    }
}
