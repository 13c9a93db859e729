package io.outcry.market;

import com.google.protobuf.ByteString;
import io.outcry.market.wire.Wire;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * The terms of a market. Prices are whole multiples of the tick, quantities of the lot; inside, only those multiples
 * exist, as {@code long}; decimals live at the doors.
 *
 * <p><b>Units</b>: tick and lot in the currency's own units, {@code minQty} in lots, {@code maxLifeMs} milliseconds.
 *
 * @param name what people call it, for example {@code BTC/USDT}: {@code [A-Z0-9][A-Z0-9/._-]{0,31}}
 * @param tick the smallest difference of two prices, a plain positive decimal
 * @param lot the smallest difference of two quantities, a plain positive decimal
 * @param minQty the smallest quantity of an order, in lots
 * @param maxLifeMs how long an order may live before its owner must enter it again
 * @param version of the protocol
 */
public record MarketSpec(String name, String tick, String lot, long minQty, long maxLifeMs, int version) {

    /** The version of the protocol written down in docs/market-protocol.md. */
    public static final int VERSION = 1;

    /** An order lives a day at most; then its owner enters it again. */
    public static final long LIFE_MS_DEFAULT = 24L * 60 * 60 * 1000;

    /** Tick of a market named without one. */
    public static final String TICK_DEFAULT = "0.01";

    /** Lot of a market named without one. */
    public static final String LOT_DEFAULT = "0.00000001";

    private static final Pattern NAME = Pattern.compile("[A-Z0-9][A-Z0-9/._-]{0,31}");

    /** Long enough for any decimal whose multiples fit 63 bits. */
    private static final int DECIMAL_LENGTH_MAX = 40;

    private static final Pattern DECIMAL = Pattern.compile("[0-9]+(\\.[0-9]+)?");

    /** Checks every term and brings the decimals to their one canonical form. */
    public MarketSpec {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("market name \"" + name
                    + "\" is not 1 to 32 of A-Z 0-9 / . _ - with a letter or digit first, for example BTC/USDT");
        }
        tick = canonical("tick", tick);
        lot = canonical("lot", lot);
        if (minQty < 1) {
            throw new IllegalArgumentException("minQty must be at least 1 lot: " + minQty);
        }
        if (maxLifeMs < MarketLimits.DEADLINE_MIN_MS || maxLifeMs > LIFE_MS_DEFAULT) {
            throw new IllegalArgumentException("maxLifeMs must lie within [1000, 86400000]: " + maxLifeMs);
        }
        if (version != VERSION) {
            throw new IllegalArgumentException(
                    "this code speaks version " + VERSION + " of the protocol, not " + version);
        }
    }

    /** A market with the usual smallest quantity (one lot) and longest life (a day). */
    public static MarketSpec of(String name, String tick, String lot) {
        return new MarketSpec(name, tick, lot, 1, LIFE_MS_DEFAULT, VERSION);
    }

    /** Reads {@code NAME[:tick=0.01,lot=0.00000001]}, the form of the command line. */
    public static MarketSpec parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return of(text, TICK_DEFAULT, LOT_DEFAULT);
        }
        String tick = TICK_DEFAULT;
        String lot = LOT_DEFAULT;
        for (String term : text.substring(colon + 1).split(",", -1)) {
            if (term.startsWith("tick=")) {
                tick = term.substring("tick=".length());
            } else if (term.startsWith("lot=")) {
                lot = term.substring("lot=".length());
            } else {
                throw new IllegalArgumentException(
                        "market \"" + text + "\": \"" + term + "\" is neither tick=… nor lot=…");
            }
        }
        return of(text.substring(0, colon), tick, lot);
    }

    /** The market's name on the wire. */
    public MarketId id() {
        byte[] encoded = Wire.Spec.newBuilder()
                .setNameBytes(ByteString.copyFromUtf8(name))
                .setTick(tick)
                .setLot(lot)
                .setMinQty(minQty)
                .setMaxLifeMs(maxLifeMs)
                .setVersion(version)
                .build()
                .toByteArray();
        return MarketId.of(Arrays.copyOf(Hashes.sha256(encoded), MarketId.LENGTH));
    }

    /** The GossipSub topic, which is the rendezvous string too. */
    public String topic() {
        return "/outcry/" + version + "/" + name + "/" + id().hex();
    }

    /** A price in ticks. */
    public long priceTicks(String price) {
        return onGrid("price", price, tick, "tick", 1);
    }

    /** A quantity in lots. */
    public long quantityLots(String quantity) {
        return onGrid("quantity", quantity, lot, "lot", minQty);
    }

    /** A price as a decimal. */
    public String price(long ticks) {
        return decimal(ticks, tick);
    }

    /** A quantity as a decimal. */
    public String quantity(long lots) {
        return decimal(lots, lot);
    }

    private static String decimal(long multiple, String unit) {
        BigDecimal value = new BigDecimal(unit).multiply(BigDecimal.valueOf(multiple));
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    private static String canonical(String what, String text) {
        if (text.length() > DECIMAL_LENGTH_MAX || !DECIMAL.matcher(text).matches()) {
            throw new IllegalArgumentException(what + " \"" + text + "\" is not a plain decimal such as 0.01");
        }
        BigDecimal value = new BigDecimal(text);
        if (value.signum() <= 0) {
            throw new IllegalArgumentException(what + " must be greater than 0: " + text);
        }
        return value.stripTrailingZeros().toPlainString();
    }

    private long onGrid(String what, String text, String unit, String unitName, long least) {
        if (text.length() > DECIMAL_LENGTH_MAX || !DECIMAL.matcher(text).matches()) {
            throw new OffGridException(what + " \"" + text + "\" is not a plain decimal such as " + unit);
        }
        BigDecimal step = new BigDecimal(unit);
        BigDecimal[] parts = new BigDecimal(text).divideAndRemainder(step);
        BigInteger multiple = parts[0].toBigInteger();
        BigInteger floor = BigInteger.valueOf(least);
        if (multiple.bitLength() > Long.SIZE - 1) {
            throw new OffGridException(
                    what + " " + text + " is too large: the largest is " + decimal(Long.MAX_VALUE, unit));
        }
        if (multiple.compareTo(floor) < 0) {
            throw new OffGridException(
                    what + " " + text + " is too small: the smallest of " + name + " is " + decimal(least, unit));
        }
        if (parts[1].signum() != 0) {
            BigDecimal below = step.multiply(parts[0].setScale(0, RoundingMode.DOWN));
            throw new OffGridException(
                    what + " " + text + " is off the grid of " + name + ": the nearest multiples of its "
                            + unitName + " " + unit + " are "
                            + below.stripTrailingZeros().toPlainString() + " and "
                            + below.add(step).stripTrailingZeros().toPlainString());
        }
        return multiple.longValueExact();
    }
}
