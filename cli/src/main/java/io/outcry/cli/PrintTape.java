package io.outcry.cli;

import io.outcry.cli.OrderRow.Type;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;

/**
 * Orders made of real prints: the bundled slice of BTC/USD trades (Bitstamp, 25 November 2013, the sample of ta4j). Around
 * each print two peers quote, then a third crosses at the print's price with its amount, on the side the price moved to.
 * The seed chooses where in the slice to begin and who does what; the same seed gives the same rows.
 */
final class PrintTape {

    /** Prints between a quote and the one who takes it. */
    private static final int AGGRESSOR_LAG_MAX = 25;

    private static final String RESOURCE = "btcusd-prints.csv.gz";

    /** One real trade. */
    record Print(long epochSeconds, BigDecimal price, BigDecimal amount) {}

    private final List<Print> prints;

    private PrintTape(List<Print> prints) {
        this.prints = prints;
    }

    static PrintTape bundled() {
        List<Print> prints = new ArrayList<>();
        try (InputStream raw = PrintTape.class.getResourceAsStream(RESOURCE)) {
            if (raw == null) {
                throw new IllegalStateException(RESOURCE + " is not in the jar: build again");
            }
            BufferedReader lines =
                    new BufferedReader(new InputStreamReader(new GZIPInputStream(raw), StandardCharsets.US_ASCII));
            lines.readLine();
            String line;
            while ((line = lines.readLine()) != null) {
                String[] cells = line.split(",", -1);
                prints.add(new Print(Long.parseLong(cells[0]), new BigDecimal(cells[1]), new BigDecimal(cells[2])));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new PrintTape(List.copyOf(prints));
    }

    /**
     * As many rows as asked for.
     *
     * @param tick the market's price step; quotes stand one to five steps of a cent-sized spread away from the print
     * @param lot the market's quantity step
     */
    List<OrderRow> orders(int count, int peers, long seed, BigDecimal tick, BigDecimal lot) {
        Random random = new Random(seed);
        List<OrderRow> rows = new ArrayList<>(count);
        ArrayDeque<Aggressor> aggressors = new ArrayDeque<>();
        int at = random.nextInt(prints.size());
        BigDecimal last = prints.get(at).price();
        boolean up = true;
        // Who crosses has seen the quote: it travels to him first.
        int lag = Math.min(AGGRESSOR_LAG_MAX, count / 10);
        while (rows.size() < count) {
            if (aggressors.size() > lag) {
                Aggressor next = aggressors.remove();
                add(rows, next.peer, next.buy, next.price, next.size, next.type);
                continue;
            }
            Print print = prints.get(at++ % prints.size());
            int moved = print.price().compareTo(last);
            up = moved == 0 ? up : moved > 0;
            last = print.price();
            aggressors.add(around(rows, print, up, peers, random, tick, lot));
        }
        return List.copyOf(rows.subList(0, count));
    }

    /** One who will cross. */
    private record Aggressor(int peer, boolean buy, BigDecimal price, BigDecimal size, Type type) {}

    private static Aggressor around(
            List<OrderRow> rows, Print print, boolean up, int peers, Random random, BigDecimal tick, BigDecimal lot) {
        BigDecimal price = onGrid(print.price(), tick);
        BigDecimal spread = tick.multiply(BigDecimal.valueOf(1 + random.nextInt(50)));
        BigDecimal size = onGrid(print.amount(), lot);
        int maker = random.nextInt(peers);
        int quoter = random.nextInt(peers);
        int taker = (maker + 1 + random.nextInt(peers - 1)) % peers;
        // The maker stands where the print will be; the quoter stands away from it on the other side.
        add(rows, maker, !up, price, onGrid(size.multiply(factor(random, 80, 150)), lot), Type.LIMIT);
        BigDecimal away = up ? price.subtract(spread) : price.add(spread);
        if (away.signum() > 0) {
            Type resting = random.nextInt(4) == 0 ? Type.POST : Type.LIMIT;
            add(rows, quoter, up, away, onGrid(size.multiply(factor(random, 20, 120)), lot), resting);
        }
        if (random.nextInt(6) == 0 && rows.size() > 3) {
            OrderRow old = rows.get(random.nextInt(rows.size()));
            if (old.type() == Type.LIMIT || old.type() == Type.POST) {
                int row = rows.size() + 1;
                rows.add(new OrderRow(row, row, old.peer(), true, "", "", Type.CANCEL, old.row()));
            }
        }
        int pick = random.nextInt(10);
        return new Aggressor(taker, up, price, size, pick < 6 ? Type.LIMIT : pick < 9 ? Type.IOC : Type.FOK);
    }

    private static void add(
            List<OrderRow> rows, int peer, boolean buy, BigDecimal price, BigDecimal quantity, Type type) {
        int row = rows.size() + 1;
        rows.add(new OrderRow(row, row, peer, buy, price.toPlainString(), quantity.toPlainString(), type, 0));
    }

    private static BigDecimal factor(Random random, int fromPercent, int toPercent) {
        return BigDecimal.valueOf(fromPercent + random.nextInt(toPercent - fromPercent), 2);
    }

    private static BigDecimal onGrid(BigDecimal value, BigDecimal step) {
        BigDecimal steps = value.divide(step, 0, RoundingMode.HALF_UP).max(BigDecimal.ONE);
        return steps.multiply(step);
    }
}
