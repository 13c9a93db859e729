package io.outcry.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import io.outcry.market.MarketSpec;
import io.outcry.market.replica.BookLevels;
import io.outcry.market.replica.OrderUpdate;
import io.outcry.market.replica.TradeUpdate;
import io.outcry.orderbook.Side;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** The words and fields in which orders, trades and levels of one market are told, in decimals. */
record MarketFields(MarketSpec spec) {

    void order(JsonGenerator g, OrderUpdate update) throws IOException {
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

    void trade(JsonGenerator g, TradeUpdate trade) throws IOException {
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

    static String status(OrderUpdate update) {
        return update.state() == OrderUpdate.State.FENCED
                ? "cancelled"
                : update.state().name().toLowerCase(Locale.ROOT);
    }

    static String status(TradeUpdate trade) {
        return trade.settled() ? "settled" : "provisional";
    }

    static String reason(OrderUpdate update) {
        if (update.state() == OrderUpdate.State.FENCED) {
            return "FENCED";
        }
        return switch (update.state()) {
            case CANCELLED, EXPIRED -> update.step().reason().name();
            default -> "";
        };
    }
}
