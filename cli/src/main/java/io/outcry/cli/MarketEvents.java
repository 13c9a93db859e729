package io.outcry.cli;

import io.outcry.market.MarketSpec;
import io.outcry.market.OrderId;
import io.outcry.market.replica.BookLevels;
import io.outcry.market.replica.JoinReport;
import io.outcry.market.replica.Notice;
import io.outcry.market.replica.OrderUpdate;
import io.outcry.market.replica.TradeUpdate;
import io.outcry.node.MarketBook;
import io.outcry.node.MarketListener;
import io.outcry.node.NodeException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells what happens in one market, in decimals. */
record MarketEvents(Speaker speaker, MarketSpec spec) implements MarketListener {

    private MarketFields fields() {
        return new MarketFields(spec);
    }

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
        String reason = MarketFields.reason(update);
        speaker.event(
                "order",
                g -> fields().order(g, update),
                update.order().id() + " " + MarketFields.status(update) + "  filled "
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
        String status = MarketFields.status(trade);
        speaker.event(
                "trade",
                g -> fields().trade(g, trade),
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
                "notice: " + notice.name() + (about == null ? "" : " " + about) + ": " + notice.advice());
    }

    @Override
    public void onMissed(long events) {
        speaker.warn(events + " events of " + spec.name() + " were left out: stdout is not read fast enough");
    }

    @Override
    public void onStopped(NodeException why) {
        speaker.error(why.code().name(), String.valueOf(why.getMessage()));
    }

    void book(MarketBook book) {
        List<BookLevels.Level> bids = book.levels().bids();
        List<BookLevels.Level> asks = book.levels().asks();
        StringBuilder text = new StringBuilder(spec.name());
        for (int i = asks.size() - 1; i >= 0; i--) {
            text.append("\n  ask ").append(line(asks.get(i)));
        }
        for (BookLevels.Level bid : bids) {
            text.append("\n  bid ").append(line(bid));
        }
        text.append("\n  digest ").append(book.digest());
        speaker.event(
                "book",
                g -> {
                    g.writeStringField("market", spec.name());
                    fields().levels(g, "bids", bids);
                    fields().levels(g, "asks", asks);
                    g.writeStringField("digest", book.digest());
                },
                text.toString());
    }

    private String line(BookLevels.Level level) {
        return String.format(
                Locale.ROOT,
                "%16s  %20s  (%d)",
                spec.price(level.price()),
                spec.quantity(level.quantity()),
                level.orders());
    }
}
