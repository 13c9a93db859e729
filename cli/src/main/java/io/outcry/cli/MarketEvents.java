package io.outcry.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.outcry.market.MarketSpec;
import io.outcry.market.OrderId;
import io.outcry.market.replica.BookLevels;
import io.outcry.market.replica.JoinReport;
import io.outcry.market.replica.Notice;
import io.outcry.market.replica.OrderUpdate;
import io.outcry.market.replica.TradeUpdate;
import io.outcry.node.MarketListener;
import io.outcry.orderbook.Side;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells what happens in one market, in decimals. */
record MarketEvents(Speaker speaker, MarketSpec spec) implements MarketListener {

    @Override
    public void onReady(JoinReport report) {
        speaker.event(
                "ready",
                g -> {
                    g.writeStringField("market", spec.name());
                    g.writeNumberField("snapshots", report.snapshots());
                    g.writeNumberField("of", report.of());
                    g.writeNumberField("orders", report.orders());
                },
                spec.name() + " is ready: " + report.orders() + " orders from " + report.snapshots() + " of "
                        + report.of() + " snapshots");
    }

    @Override
    public void onOrder(OrderUpdate update) {
        String reason = reason(update);
        speaker.event(
                "order",
                g -> orderFields(g, update),
                update.order().id() + " " + status(update) + "  filled "
                        + spec.quantity(update.step().filled()) + "  remaining " + spec.quantity(update.leaves())
                        + (reason.isEmpty() ? "" : "  (" + reason + ")"));
    }

    /** An order that was not taken; it never had an id. */
    void rejected(String quantity, String reason) {
        speaker.event(
                "order",
                g -> {
                    g.writeNullField("id");
                    g.writeStringField("status", "rejected");
                    g.writeStringField("filled", "0");
                    g.writeStringField("remaining", "0");
                    g.writeStringField("quantity", quantity);
                    g.writeStringField("reason", reason);
                },
                "rejected: " + reason);
    }

    @Override
    public void onTrade(TradeUpdate trade) {
        String status = status(trade);
        speaker.event(
                "trade",
                g -> tradeFields(g, trade),
                "trade  " + spec.quantity(trade.quantity()) + " @ " + spec.price(trade.price()) + "  maker "
                        + trade.maker() + "  taker " + trade.trade().taker() + "  " + status);
    }

    @Override
    public void onNotice(Notice notice, @Nullable OrderId about) {
        speaker.event(
                "notice",
                g -> {
                    g.writeStringField("market", spec.name());
                    g.writeStringField("notice", notice.name());
                    if (about != null) {
                        g.writeStringField("id", about.toString());
                    }
                },
                "notice: " + notice.name() + (about == null ? "" : " " + about));
    }

    @Override
    public void onMissed(long events) {
        speaker.warn(events + " events of " + spec.name() + " were left out: stdout is not read fast enough");
    }

    void book(BookLevels levels, String digest, int depth) {
        List<BookLevels.Level> bids = top(levels.bids(), depth);
        List<BookLevels.Level> asks = top(levels.asks(), depth);
        StringBuilder text = new StringBuilder(spec.name());
        for (int i = asks.size() - 1; i >= 0; i--) {
            text.append("\n  ask ").append(line(asks.get(i)));
        }
        for (BookLevels.Level bid : bids) {
            text.append("\n  bid ").append(line(bid));
        }
        text.append("\n  digest ").append(digest);
        speaker.event(
                "book",
                g -> {
                    g.writeStringField("market", spec.name());
                    levels(g, "bids", bids);
                    levels(g, "asks", asks);
                    g.writeStringField("digest", digest);
                },
                text.toString());
    }

    void orderFields(JsonGenerator g, OrderUpdate update) throws IOException {
        g.writeStringField("id", update.order().id().toString());
        g.writeStringField("market", spec.name());
        g.writeStringField("side", update.order().side() == Side.BUY ? "buy" : "sell");
        g.writeStringField("price", spec.price(update.order().price()));
        g.writeStringField("quantity", spec.quantity(update.order().quantity()));
        g.writeStringField("status", status(update));
        g.writeStringField("filled", spec.quantity(update.step().filled()));
        g.writeStringField("remaining", spec.quantity(update.leaves()));
        g.writeStringField("reason", reason(update));
    }

    void tradeFields(JsonGenerator g, TradeUpdate trade) throws IOException {
        g.writeStringField("tradeId", trade.trade().toString());
        g.writeStringField("market", spec.name());
        g.writeStringField("price", spec.price(trade.price()));
        g.writeStringField("quantity", spec.quantity(trade.quantity()));
        g.writeStringField("maker", trade.maker().toString());
        g.writeStringField("taker", trade.trade().taker().toString());
        g.writeStringField("status", status(trade));
    }

    void levels(JsonGenerator g, String field, List<BookLevels.Level> levels) throws IOException {
        g.writeArrayFieldStart(field);
        for (BookLevels.Level level : levels) {
            g.writeStartArray();
            g.writeString(spec.price(level.price()));
            g.writeString(spec.quantity(level.quantity()));
            g.writeNumber(level.orders());
            g.writeEndArray();
        }
        g.writeEndArray();
    }

    private String line(BookLevels.Level level) {
        return String.format(
                Locale.ROOT,
                "%16s  %20s  (%d)",
                spec.price(level.price()),
                spec.quantity(level.quantity()),
                level.orders());
    }

    private static List<BookLevels.Level> top(List<BookLevels.Level> levels, int depth) {
        return levels.subList(0, Math.min(depth, levels.size()));
    }

    private static String status(OrderUpdate update) {
        return update.state() == OrderUpdate.State.FENCED
                ? "cancelled"
                : update.state().name().toLowerCase(Locale.ROOT);
    }

    private static String status(TradeUpdate trade) {
        return trade.settled() ? "settled" : "provisional";
    }

    private static String reason(OrderUpdate update) {
        if (update.state() == OrderUpdate.State.FENCED) {
            return "FENCED";
        }
        return switch (update.state()) {
            case CANCELLED, EXPIRED -> update.step().reason().name();
            default -> "";
        };
    }
}
