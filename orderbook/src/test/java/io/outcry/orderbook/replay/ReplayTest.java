package io.outcry.orderbook.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {

    private static final String FIXTURE = "meb-normal-s7-5k.bin.gz";
    private static final String FIXTURE_SHA256 = "1f49237919ee34ccad330882f9ee47ab22ad32d57a6f4783dd372d057e1aa02c";

    @TempDir
    Path folder;

    @Test
    void givesTheFingerprintThatConformingEnginesGive() throws IOException {
        Path file = folder.resolve("s7.bin.gz");
        Files.write(file, fixture());
        Path reports = folder.resolve("reports.txt");
        Replay.Result result = Replay.run(file, 3, reports);
        assertThat(result.sha256()).isEqualTo(FIXTURE_SHA256);
        assertThat(result.messages()).isEqualTo(10_007);
        assertThat(result.trades()).isEqualTo(374);
        assertThat(result.quantity()).isEqualTo(10_232);
        assertThat(result.bestPerSecond()).isGreaterThanOrEqualTo(result.medianPerSecond());
        assertThat(result.bytesPerMessage()).isZero();
        assertThat(sha256(Files.readAllBytes(reports))).isEqualTo(FIXTURE_SHA256);
    }

    @Test
    void readsAnUncompressedFileJustAsWell() throws IOException {
        Path file = folder.resolve("s7.bin");
        Files.write(file, plainFixture());
        assertThat(Replay.run(file, 1, null).sha256()).isEqualTo(FIXTURE_SHA256);
    }

    @Test
    void reportsAreSortedByMessageAndType() throws IOException {
        ByteBuffer stream = stream(6);
        record(stream, 0, 1, 0, 10, 1, 500); // sell 10 @ 500
        record(stream, 0, 0, 0, 4, 2, 490); // buy 4 @ 490
        record(stream, 2, 0, 0, 6, 2, 505); // which becomes 6 @ 505 and trades
        record(stream, 0, 0, 1, 9, 3, 500); // an IOC for more than there is
        record(stream, 1, 0, 0, 0, 2, 0); // a cancel too late
        record(stream, 2, 0, 0, 5, 77, 500); // a modify of nothing
        Path file = folder.resolve("six.bin");
        Files.write(file, bytes(stream));
        Path reports = folder.resolve("six.txt");
        Replay.Result result = Replay.run(file, 1, reports);
        assertThat(Files.readString(reports, StandardCharsets.US_ASCII))
                .isEqualTo("0,0,1,1,500,10\n0,1,0,2,490,4\n1,2,500,6,1,2\n3,2,0,2,505,6\n0,3,0,3,500,9\n"
                        + "1,3,500,4,1,3\n2,3,0,3,500\n4,4,2\n5,5,77");
        assertThat(result.trades()).isEqualTo(2);
        assertThat(result.quantity()).isEqualTo(10);
    }

    @Test
    void theLogGrowsUnderAnyKindOfReport() throws IOException {
        for (int before = 0; before < 8; before++) {
            ByteBuffer stream = stream(before + 20_000);
            for (int i = 0; i < before; i++) {
                record(stream, 0, 1, 0, 1, 1_000 + i, 500);
            }
            for (int i = 0; i < 20_000; i++) {
                record(stream, 1 + (i & 1), 0, 0, 1, 7, 500);
            }
            Replay replay = new Replay(OrderStream.read(new ByteArrayInputStream(bytes(stream))));
            replay.round();
            StringBuilder text = new StringBuilder();
            replay.log()
                    .writeTo((bytes, offset, length) ->
                            text.append(new String(bytes, offset, length, StandardCharsets.US_ASCII)));
            assertThat(text.toString().lines().skip(before)).hasSize(20_000).allMatch(line -> line.endsWith(",7"));
        }
    }

    @Test
    void anEmptyStreamHasTheFingerprintOfNothing() throws IOException {
        Path file = folder.resolve("empty.bin");
        Files.write(file, bytes(stream(0)));
        Replay.Result result = Replay.run(file, 2, null);
        assertThat(result.messages()).isZero();
        assertThat(result.bytesPerMessage()).isZero();
        assertThat(result.sha256()).isEqualTo(sha256(new byte[0]));
    }

    @Test
    void namesTheOffsetAndTheValueOfWhatIsWrong() {
        assertBroken(new byte[7], "at offset 7: ", "only 7");
        assertBroken(bytes(stream(-5)), "at offset 12: ", "-5");
        assertBroken(one(3, 0, 0, 1, 1, 1), "at offset 16: ", "3 is not a message type");
        assertBroken(one(0, 7, 0, 1, 1, 1), "at offset 17: ", "7 is not a side");
        assertBroken(one(0, 0, 9, 1, 1, 1), "at offset 18: ", "9 is not an IOC flag");
        assertBroken(one(0, 0, 0, 0, 1, 1), "at offset 20: ", "quantity 0");
        assertBroken(one(0, 0, 0, 1, 1, -9), "at offset 40: ", "price -9");
        byte[] misplaced = one(0, 0, 0, 1, 1, 1);
        misplaced[24] = 42;
        assertBroken(misplaced, "at offset 24: ", "sequence 42 in record 0");
    }

    @Test
    void aStreamShorterOrLongerThanItsHeaderSaysIsRefused() {
        byte[] whole = one(0, 0, 0, 1, 1, 1);
        assertBroken(Arrays.copyOf(whole, 50), "at offset 50: ", "inside record 0 of the 1");
        assertBroken(Arrays.copyOf(whole, 57), "at offset 56: ", "0x00 follows the 1 records");
        // A header that promises two thousand million records costs nothing before they come.
        assertBroken(bytes(stream(0).putInt(12, Integer.MAX_VALUE)), "at offset 16: ", "2147483647");
    }

    @Test
    void aLiveIdEnteredAgainIsNamed() throws IOException {
        ByteBuffer stream = stream(2);
        record(stream, 0, 0, 0, 5, 31, 100);
        record(stream, 0, 0, 0, 5, 31, 100);
        OrderStream twice = OrderStream.read(new ByteArrayInputStream(bytes(stream)));
        assertThatThrownBy(() -> new Replay(twice).run(1))
                .isInstanceOf(OrderStreamException.class)
                .hasMessageContaining("at offset 56: ")
                .hasMessageContaining("DUPLICATE_ID")
                .hasMessageContaining("31");
    }

    @Test
    void damagedGzipDataIsAnInputError() throws IOException {
        byte[] packed = gzip(plainFixture());
        Path file = folder.resolve("damaged.bin.gz");
        packed[packed.length / 2] ^= 0x55;
        Files.write(file, packed);
        assertThatThrownBy(() -> Replay.run(file, 1, null))
                .isInstanceOfAny(IOException.class, OrderStreamException.class);
        Files.write(file, Arrays.copyOf(gzip(plainFixture()), 1_000));
        assertThatThrownBy(() -> Replay.run(file, 1, null)).isInstanceOf(IOException.class);
    }

    @Test
    void everyByteOfAStreamMayBeWrongWithoutSurprise() throws IOException {
        byte[] good = Arrays.copyOf(plainFixture(), 16 + 40 * 20);
        ByteBuffer.wrap(good).order(ByteOrder.LITTLE_ENDIAN).putInt(12, 20);
        for (int at = 0; at < good.length; at++) {
            for (int flip : new int[] {0x01, 0x80, 0xFF}) {
                byte[] bad = good.clone();
                bad[at] ^= (byte) flip;
                try {
                    new Replay(OrderStream.read(new ByteArrayInputStream(bad))).round();
                } catch (OrderStreamException e) {
                    assertThat(e.offset()).isBetween(0L, (long) good.length);
                }
            }
        }
    }

    @Test
    void atLeastOneRoundIsTimed() throws IOException {
        OrderStream empty = OrderStream.read(new ByteArrayInputStream(bytes(stream(0))));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Replay(empty).run(0))
                .withMessageContaining("0");
    }

    private static void assertBroken(byte[] bytes, String... words) {
        assertThatThrownBy(() -> OrderStream.read(new ByteArrayInputStream(bytes)))
                .isInstanceOf(OrderStreamException.class)
                .hasMessageContainingAll(words);
    }

    private static byte[] one(int type, int side, int ioc, int quantity, long id, long price) {
        ByteBuffer stream = stream(1);
        record(stream, type, side, ioc, quantity, id, price);
        return bytes(stream);
    }

    private static ByteBuffer stream(int count) {
        ByteBuffer stream = ByteBuffer.allocate(16 + 40 * Math.max(0, count)).order(ByteOrder.LITTLE_ENDIAN);
        return stream.putInt(12, count).position(16);
    }

    private static void record(ByteBuffer to, int type, int side, int ioc, int quantity, long id, long price) {
        long sequence = (to.position() - 16L) / 40;
        to.put((byte) type).put((byte) side).put((byte) ioc).put((byte) 0).putInt(quantity);
        to.putLong(sequence).putLong(id).putLong(price).putLong(0);
    }

    private static byte[] bytes(ByteBuffer stream) {
        byte[] bytes = new byte[stream.capacity()];
        stream.duplicate().clear().get(bytes);
        return bytes;
    }

    private static byte[] fixture() throws IOException {
        try (InputStream in = Objects.requireNonNull(ReplayTest.class.getResourceAsStream(FIXTURE))) {
            return in.readAllBytes();
        }
    }

    private static byte[] plainFixture() throws IOException {
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(fixture()))) {
            return in.readAllBytes();
        }
    }

    private static byte[] gzip(byte[] plain) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        }
        return packed.toByteArray();
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
