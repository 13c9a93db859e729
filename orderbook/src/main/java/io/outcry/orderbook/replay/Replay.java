package io.outcry.orderbook.replay;

import com.sun.management.ThreadMXBean;
import io.outcry.orderbook.BookCommand;
import io.outcry.orderbook.BookSink;
import io.outcry.orderbook.CancelReason;
import io.outcry.orderbook.OrderBook;
import io.outcry.orderbook.RejectReason;
import io.outcry.orderbook.Side;
import io.outcry.orderbook.TimeInForce;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Replays an order stream through the engine, several times over.
 *
 * <p>The first round is not timed: it grows the arrays and gives the reports; a short stream goes through some more such
 * rounds until the code is compiled. Each timed round starts with an empty book and an empty log, whose memory stays, and
 * must give the same reports; its time and its allocations are those of matching the messages and storing the reports,
 * nothing else.
 *
 * <p><b>Threading</b>: confined; it runs on the caller's thread and takes as long as it takes.
 */
public final class Replay implements BookSink {

    /** Messages that warm the code up before the clock runs. */
    private static final long WARM_UP_MESSAGES = 1_000_000;

    /** However short the stream is, it is not replayed more often than this to warm up. */
    private static final int WARM_UP_ROUNDS_MAX = 200;

    private final OrderStream stream;
    private final ReportLog log;
    private final OrderBook book = new OrderBook(this);
    private int current;

    /**
     * What a replay came to.
     *
     * @param messages how many records the stream has
     * @param trades how many trades they made
     * @param quantity the sum of the traded quantities
     * @param sha256 of the sorted reports, in hexadecimal
     * @param medianPerSecond messages a second in the median round
     * @param bestPerSecond messages a second in the fastest round
     * @param bytesPerMessage what a round allocated on this thread, over its messages: the least of all rounds, since each
     *     does the same work and shows whatever the engine allocates, while a JVM that replaces compiled code meanwhile
     *     charges a few hundred bytes of its own to some
     */
    public record Result(
            int messages,
            long trades,
            long quantity,
            String sha256,
            double medianPerSecond,
            double bestPerSecond,
            double bytesPerMessage) {}

    /** A replay of one stream. */
    public Replay(OrderStream stream) {
        this(stream, new ReportLog());
    }

    /** A replay of one stream, with a log that others may use between its rounds. */
    public Replay(OrderStream stream, ReportLog log) {
        this.stream = stream;
        this.log = log;
    }

    /**
     * Reads a stream, replays it and, if asked, writes its reports.
     *
     * @param rounds how many rounds are timed, 1 or more
     * @param reportsOut where the reports go; null for nowhere
     * @throws OrderStreamException if the file is not an order stream
     */
    public static Result run(Path file, int rounds, @Nullable Path reportsOut) throws IOException {
        Replay replay = new Replay(OrderStream.read(file));
        Result result = replay.run(rounds);
        if (reportsOut != null) {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(reportsOut))) {
                replay.log.writeTo(out::write);
            }
        }
        return result;
    }

    /** Replays the stream once untimed and then {@code rounds} times against the clock. */
    public Result run(int rounds) throws IOException {
        if (rounds < 1) {
            throw new IllegalArgumentException("rounds must be 1 or more: " + rounds);
        }
        round();
        String sha256 = sha256(log);
        long fingerprint = log.fingerprint();
        long warmUp = WARM_UP_MESSAGES / Math.max(1, stream.count());
        for (long i = Math.min(warmUp, WARM_UP_ROUNDS_MAX); i > 0; i--) {
            round();
        }
        long[] tookNs = new long[rounds];
        long[] allocated = new long[rounds];
        // The first question loads classes; none of the rounds shall pay for that.
        allocatedBytes();
        for (int i = 0; i < rounds; i++) {
            reset();
            long before = allocatedBytes();
            long start = System.nanoTime();
            replay();
            tookNs[i] = System.nanoTime() - start;
            allocated[i] = allocatedBytes() - before;
            if (log.fingerprint() != fingerprint) {
                throw new IllegalStateException("round " + (i + 1) + " gave other reports than the first");
            }
        }
        Arrays.sort(tookNs);
        return new Result(
                stream.count(),
                log.trades(),
                log.quantity(),
                sha256,
                perSecond(tookNs[rounds / 2]),
                perSecond(tookNs[0]),
                stream.count() == 0 ? 0 : (double) least(allocated) / stream.count());
    }

    /** Replays the stream once; {@link #log} then holds the reports. */
    public void round() {
        reset();
        replay();
    }

    /** The reports of the last round. */
    public ReportLog log() {
        return log;
    }

    /** SHA-256 over a log's sorted text, in hexadecimal. */
    public static String sha256(ReportLog log) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            log.writeTo(digest::update);
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /** Empties book and log for another {@link #replay}; not part of what is timed. */
    public void reset() {
        book.clear();
        log.clear();
    }

    /** Sends every message through the book. */
    public void replay() {
        int count = stream.count();
        for (int i = 0; i < count; i++) {
            current = i;
            long orderId = stream.orderId(i);
            switch (stream.kind(i)) {
                case OrderStream.NEW ->
                    book.enter(
                            orderId,
                            stream.side(i),
                            stream.price(i),
                            stream.quantity(i),
                            stream.isImmediate(i) ? TimeInForce.IMMEDIATE_OR_CANCEL : TimeInForce.GOOD_TILL_CANCEL,
                            0);
                case OrderStream.CANCEL -> book.cancel(orderId);
                default -> book.modify(orderId, stream.price(i), stream.quantity(i));
            }
        }
    }

    private static long least(long[] values) {
        long least = values[0];
        for (long value : values) {
            least = Math.min(least, value);
        }
        return least;
    }

    private double perSecond(long tookNs) {
        return stream.count() * 1e9 / Math.max(1, tookNs);
    }

    private static long allocatedBytes() {
        return Allocation.THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    }

    /** Looked up when first measured. */
    private static final class Allocation {
        static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    }

    // ---- what the book says ------------------------------------------------------------------------------------

    @Override
    public void onAccepted(long sequence, long orderId, Side side, long price, long quantity) {
        log.accepted(current, side, orderId, price, quantity);
    }

    @Override
    public void onModified(long sequence, long orderId, Side side, long price, long quantity) {
        log.modified(current, side, orderId, price, quantity);
    }

    @Override
    public void onTrade(
            long sequence,
            long price,
            long quantity,
            long makerId,
            long makerLeft,
            long takerId,
            Side takerSide,
            long takerLeft) {
        log.trade(current, price, quantity, makerId, takerId);
    }

    @Override
    public void onCancelled(long sequence, long orderId, Side side, long price, long quantity, CancelReason reason) {
        log.cancelled(current, side, orderId, price);
    }

    @Override
    public void onRejected(long sequence, long orderId, BookCommand command, RejectReason reason) {
        if (reason == RejectReason.UNKNOWN_ID && command == BookCommand.CANCEL) {
            log.cancelRefused(current, orderId);
        } else if (reason == RejectReason.UNKNOWN_ID && command == BookCommand.MODIFY) {
            log.modifyRefused(current, orderId);
        } else {
            throw new OrderStreamException(
                    OrderStream.offset(current),
                    "the book refuses record " + current + " (" + reason + "): order id "
                            + Long.toUnsignedString(orderId) + ", price " + stream.price(current) + ", quantity "
                            + stream.quantity(current));
        }
    }
}
