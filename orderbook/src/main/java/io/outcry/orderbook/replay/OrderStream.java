package io.outcry.orderbook.replay;

import io.outcry.orderbook.Side;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * A recorded stream of orders, read whole into columns.
 *
 * <p>Little-endian. A header of 16 bytes, whose last four are the count of records; then records of 40 bytes:
 *
 * <pre>
 *   0 type u8: 0 new, 1 cancel, 2 modify     8 sequence u64, the record's index
 *   1 side u8: 0 buy, 1 sell                16 order id u64
 *   2 ioc  u8: 0 or 1                       24 price in ticks, i64
 *   4 quantity u32                          32 unused
 * </pre>
 *
 * <p><b>Threading</b>: immutable once read.
 *
 * <p><b>Errors</b>: {@link OrderStreamException} for bytes that break the format, {@link IOException} for files that
 * cannot be read.
 */
public final class OrderStream {

    /** A new order. */
    public static final int NEW = 0;

    /** The cancellation of an order. */
    public static final int CANCEL = 1;

    /** An order cancelled and entered again at another price or quantity. */
    public static final int MODIFY = 2;

    static final int HEADER_LENGTH = 16;
    static final int RECORD_LENGTH = 40;

    /** Columns start small and double: a header that lies about the count costs nothing. */
    private static final int CAPACITY_FIRST = 1 << 12;

    private static final int GZIP_MAGIC = 0x8b1f;
    private static final int BUFFER_LENGTH = 1 << 16;

    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private final int count;
    private byte[] kind = new byte[CAPACITY_FIRST];
    private byte[] side = new byte[CAPACITY_FIRST];
    private boolean[] immediate = new boolean[CAPACITY_FIRST];
    private long[] quantity = new long[CAPACITY_FIRST];
    private long[] orderId = new long[CAPACITY_FIRST];
    private long[] price = new long[CAPACITY_FIRST];

    private OrderStream(int count) {
        this.count = count;
    }

    /** Reads a file, compressed with gzip or not; its first bytes tell. */
    public static OrderStream read(Path file) throws IOException {
        try (InputStream raw = new BufferedInputStream(Files.newInputStream(file), BUFFER_LENGTH)) {
            raw.mark(2);
            int magic = raw.read() | raw.read() << 8;
            raw.reset();
            return read(magic == GZIP_MAGIC ? new GZIPInputStream(raw, BUFFER_LENGTH) : raw);
        } catch (ZipException e) {
            throw new IOException("the gzip data is damaged: " + e.getMessage(), e);
        }
    }

    /** Reads an uncompressed stream to its end. The stream stays open. */
    public static OrderStream read(InputStream in) throws IOException {
        byte[] bytes = new byte[RECORD_LENGTH];
        int got = in.readNBytes(bytes, 0, HEADER_LENGTH);
        if (got < HEADER_LENGTH) {
            throw new OrderStreamException(got, "the header has " + HEADER_LENGTH + " bytes, the stream only " + got);
        }
        int count = (int) INT.get(bytes, 12);
        if (count < 0) {
            throw new OrderStreamException(12, "the count of records is negative: " + count);
        }
        OrderStream stream = new OrderStream(count);
        long offset = HEADER_LENGTH;
        for (int index = 0; index < count; index++, offset += RECORD_LENGTH) {
            got = in.readNBytes(bytes, 0, RECORD_LENGTH);
            if (got < RECORD_LENGTH) {
                throw new OrderStreamException(
                        offset + got,
                        "the stream ends inside record " + index + " of the " + count + " its header promises");
            }
            stream.add(index, offset, bytes);
        }
        int beyond = in.read();
        if (beyond >= 0) {
            throw new OrderStreamException(
                    offset,
                    String.format("byte 0x%02x follows the %d records that the header promises", beyond, count));
        }
        return stream;
    }

    /** How many messages there are. */
    public int count() {
        return count;
    }

    /** {@link #NEW}, {@link #CANCEL} or {@link #MODIFY}. */
    public int kind(int index) {
        return kind[index];
    }

    /** The side of the order. */
    public Side side(int index) {
        return side[index] == 0 ? Side.BUY : Side.SELL;
    }

    /** Whether a new order is immediate-or-cancel. */
    public boolean isImmediate(int index) {
        return immediate[index];
    }

    /** In lots. */
    public long quantity(int index) {
        return quantity[index];
    }

    /** The order that the message enters or is about. */
    public long orderId(int index) {
        return orderId[index];
    }

    /** In ticks. */
    public long price(int index) {
        return price[index];
    }

    /** Where in the uncompressed stream a message begins. */
    public static long offset(int index) {
        return HEADER_LENGTH + (long) index * RECORD_LENGTH;
    }

    private void add(int index, long offset, byte[] bytes) {
        if (index == kind.length) {
            grow((int) Math.min(count, 2L * index));
        }
        kind[index] = (byte) within(offset, bytes, 0, 2, "a message type");
        side[index] = (byte) within(offset, bytes, 1, 1, "a side");
        immediate[index] = within(offset, bytes, 2, 1, "an IOC flag") == 1;
        quantity[index] = (int) INT.get(bytes, 4) & 0xFFFF_FFFFL;
        orderId[index] = (long) LONG.get(bytes, 16);
        price[index] = (long) LONG.get(bytes, 24);
        long sequence = (long) LONG.get(bytes, 8);
        if (sequence != index) {
            throw new OrderStreamException(
                    offset + 8, "sequence " + Long.toUnsignedString(sequence) + " in record " + index);
        }
        if (kind[index] != CANCEL && quantity[index] == 0) {
            throw new OrderStreamException(offset + 4, "quantity 0 in record " + index);
        }
        if (kind[index] != CANCEL && price[index] < 1) {
            throw new OrderStreamException(offset + 24, "price " + price[index] + " in record " + index);
        }
    }

    private static int within(long offset, byte[] bytes, int at, int max, String what) {
        int value = bytes[at] & 0xFF;
        if (value > max) {
            throw new OrderStreamException(offset + at, value + " is not " + what + " (0 to " + max + ")");
        }
        return value;
    }

    private void grow(int capacity) {
        kind = Arrays.copyOf(kind, capacity);
        side = Arrays.copyOf(side, capacity);
        immediate = Arrays.copyOf(immediate, capacity);
        quantity = Arrays.copyOf(quantity, capacity);
        orderId = Arrays.copyOf(orderId, capacity);
        price = Arrays.copyOf(price, capacity);
    }
}
