package io.outcry.orderbook.replay;

import io.outcry.orderbook.Side;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The reports of a replay in one array of longs, so that writing one is a handful of stores: a word that says which
 * message it answers, its type and side, and then its fields. Any engine can write one; the harness beside the rivals
 * does.
 *
 * <p><b>Threading</b>: confined.
 */
public final class ReportLog {

    private static final int ACCEPTED = 0;
    private static final int TRADE = 1;
    private static final int CANCELLED = 2;
    private static final int MODIFIED = 3;
    private static final int CANCEL_REFUSED = 4;
    private static final int MODIFY_REFUSED = 5;

    /** How many words follow the first, by type. */
    private static final int[] FIELDS = {3, 4, 2, 3, 1, 1};

    private static final int WORDS_FIRST = 1 << 12;
    private static final int LINE_LENGTH_MAX = 128;
    private static final int BUFFER_LENGTH = 1 << 16;

    private long[] words = new long[WORDS_FIRST];
    private int used;
    private long trades;
    private long quantity;

    /** Takes the text of a log in pieces. */
    @FunctionalInterface
    public interface TextSink {
        /** The next {@code length} bytes of text; the array is used again afterwards. */
        void write(byte[] bytes, int offset, int length) throws IOException;
    }

    /** An empty log. */
    public ReportLog() {}

    /** {@code 0,seq,side,id,price,qty} */
    public void accepted(int sequence, Side side, long orderId, long price, long quantity) {
        int at = open(sequence, ACCEPTED, side);
        words[at] = orderId;
        words[at + 1] = price;
        words[at + 2] = quantity;
    }

    /** {@code 1,seq,price,qty,maker,taker} */
    public void trade(int sequence, long price, long quantity, long makerId, long takerId) {
        int at = open(sequence, TRADE, Side.BUY);
        words[at] = price;
        words[at + 1] = quantity;
        words[at + 2] = makerId;
        words[at + 3] = takerId;
        trades++;
        this.quantity += quantity;
    }

    /** {@code 2,seq,side,id,price} */
    public void cancelled(int sequence, Side side, long orderId, long price) {
        int at = open(sequence, CANCELLED, side);
        words[at] = orderId;
        words[at + 1] = price;
    }

    /** {@code 3,seq,side,id,price,qty} */
    public void modified(int sequence, Side side, long orderId, long price, long quantity) {
        int at = open(sequence, MODIFIED, side);
        words[at] = orderId;
        words[at + 1] = price;
        words[at + 2] = quantity;
    }

    /** {@code 4,seq,id} */
    public void cancelRefused(int sequence, long orderId) {
        int at = open(sequence, CANCEL_REFUSED, Side.BUY);
        words[at] = orderId;
    }

    /** {@code 5,seq,id} */
    public void modifyRefused(int sequence, long orderId) {
        int at = open(sequence, MODIFY_REFUSED, Side.BUY);
        words[at] = orderId;
    }

    /** How many trades were reported. */
    public long trades() {
        return trades;
    }

    /** The sum of their quantities. */
    public long quantity() {
        return quantity;
    }

    /** Forgets all reports and keeps the memory. */
    public void clear() {
        used = 0;
        trades = 0;
        quantity = 0;
    }

    /** A number that differs if the reports do, with near certainty; cheap enough for every round. */
    public long fingerprint() {
        long hash = used;
        for (int i = 0; i < used; i++) {
            hash = (hash ^ words[i]) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 32;
        }
        return hash;
    }

    /** Writes the reports as lines, sorted stably by (sequence, type), a newline between any two. */
    public void writeTo(TextSink out) throws IOException {
        byte[] buffer = new byte[BUFFER_LENGTH];
        int length = 0;
        int start = 0;
        while (start < used) {
            int end = endOfMessage(start);
            for (int type = ACCEPTED; type <= MODIFY_REFUSED; type++) {
                for (int at = start; at < end; at += 1 + FIELDS[type(at)]) {
                    if (type(at) == type) {
                        if (length > BUFFER_LENGTH - LINE_LENGTH_MAX) {
                            out.write(buffer, 0, length);
                            length = 0;
                        }
                        length = line(at, buffer, length);
                    }
                }
            }
            start = end;
        }
        // Each line brought its newline; the last has none.
        out.write(buffer, 0, Math.max(0, length - 1));
    }

    private int endOfMessage(int start) {
        int at = start;
        while (at < used && sequence(at) == sequence(start)) {
            at += 1 + FIELDS[type(at)];
        }
        return at;
    }

    private int line(int at, byte[] buffer, int from) {
        int type = type(at);
        int to = decimal(type, buffer, from);
        buffer[to++] = ',';
        to = decimal(sequence(at), buffer, to);
        if (type == ACCEPTED || type == CANCELLED || type == MODIFIED) {
            buffer[to++] = ',';
            to = decimal(words[at] & 1, buffer, to);
        }
        for (int field = 1; field <= FIELDS[type]; field++) {
            buffer[to++] = ',';
            to = decimal(words[at + field], buffer, to);
        }
        buffer[to++] = '\n';
        return to;
    }

    /** Writes an unsigned decimal: ids use all 64 bits, and prices and quantities are never negative. */
    private static int decimal(long value, byte[] buffer, int from) {
        if (value < 0) {
            byte[] digits = Long.toUnsignedString(value).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(digits, 0, buffer, from, digits.length);
            return from + digits.length;
        }
        int to = from + 1;
        for (long rest = value / 10; rest != 0; rest /= 10) {
            to++;
        }
        long rest = value;
        for (int at = to - 1; at >= from; at--) {
            buffer[at] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        return to;
    }

    private int sequence(int at) {
        return (int) (words[at] >>> 32);
    }

    private int type(int at) {
        return (int) (words[at] >>> 1) & 7;
    }

    /** Writes the first word and makes room for the others, in another array perhaps; returns where they go. */
    private int open(int sequence, int type, Side side) {
        int at = used;
        int end = at + 1 + FIELDS[type];
        if (end > words.length) {
            words = Arrays.copyOf(words, Math.max(end, (int) Math.min(Integer.MAX_VALUE - 8L, 2L * words.length)));
        }
        words[at] = (long) sequence << 32 | (long) type << 1 | (side == Side.BUY ? 0 : 1);
        used = end;
        return at + 1;
    }
}
