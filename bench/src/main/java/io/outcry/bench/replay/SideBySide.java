package io.outcry.bench.replay;

import com.sun.management.ThreadMXBean;
import io.outcry.orderbook.replay.OrderStream;
import io.outcry.orderbook.replay.Replay;
import io.outcry.orderbook.replay.ReportLog;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The race: each round replays the stream through every engine, one after the other and each time another one first, so
 * that whatever disturbs the machine disturbs them alike. Engines are compared round by round, and the median of these
 * ratios is the result; a time by itself says more about the machine than about the engine.
 *
 * <p>The first rounds are not counted. Each replay starts with a book that was emptied and keeps its memory, and before it
 * the heap is collected, so that nobody pays for another's garbage; neither is timed.
 */
public final class SideBySide {

    private static final int WARM_UP_ROUNDS = 3;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final ReportLog log = new ReportLog();
    private final OrderStream stream;
    private final List<ReplayEngine> engines;

    /**
     * How one engine did.
     *
     * @param engine its name
     * @param sha256 of its reports
     * @param medianPerSecond messages a second in its median round
     * @param bestPerSecond messages a second in its fastest round
     * @param bytesPerMessage allocated in the round with the fewest: each does the same work, so the engine's own show in
     *     all, and the rest is a JVM replacing compiled code
     * @param timesSlower than the first engine: the median over the rounds
     */
    public record Row(
            String engine,
            String sha256,
            double medianPerSecond,
            double bestPerSecond,
            double bytesPerMessage,
            double timesSlower) {}

    private record Lap(long tookNs, long bytes) {}

    /** A race over one stream. */
    public SideBySide(OrderStream stream) {
        this.stream = stream;
        this.engines = List.of(
                new OutcryEngine(stream, log), new ParityEngine(stream, log), new ExchangeCoreEngine(stream, log));
    }

    /** Runs it; the first row is this house's engine. */
    public List<Row> run(int rounds) throws IOException {
        int count = engines.size();
        List<String> sha256 = new ArrayList<>();
        for (ReplayEngine engine : engines) {
            replay(engine);
            sha256.add(Replay.sha256(log));
        }
        long[][] tookNs = new long[count][rounds];
        long[][] bytes = new long[count][rounds];
        for (int round = -WARM_UP_ROUNDS; round < rounds; round++) {
            for (int turn = 0; turn < count; turn++) {
                int e = Math.floorMod(turn + round, count);
                Lap lap = replay(engines.get(e));
                if (round >= 0) {
                    tookNs[e][round] = lap.tookNs;
                    bytes[e][round] = lap.bytes;
                }
            }
        }
        List<Row> rows = new ArrayList<>();
        for (int e = 0; e < count; e++) {
            double[] slower = new double[rounds];
            for (int round = 0; round < rounds; round++) {
                slower[round] = (double) tookNs[e][round] / tookNs[0][round];
            }
            Arrays.sort(slower);
            rows.add(row(engines.get(e).title(), sha256.get(e), tookNs[e].clone(), bytes[e], slower[rounds / 2]));
        }
        return rows;
    }

    private Row row(String engine, String sha256, long[] tookNs, long[] bytes, double slower) {
        Arrays.sort(tookNs);
        Arrays.sort(bytes);
        return new Row(
                engine,
                sha256,
                stream.count() * 1e9 / tookNs[tookNs.length / 2],
                stream.count() * 1e9 / tookNs[0],
                (double) bytes[0] / stream.count(),
                slower);
    }

    private Lap replay(ReplayEngine engine) {
        engine.reset();
        log.clear();
        System.gc();
        long before = allocatedBytes();
        long start = System.nanoTime();
        engine.replay();
        long took = System.nanoTime() - start;
        // Asked before the lap's record is made, which counts too.
        long bytes = allocatedBytes() - before;
        return new Lap(took, bytes);
    }

    private long allocatedBytes() {
        return threads.getThreadAllocatedBytes(Thread.currentThread().getId());
    }
}
