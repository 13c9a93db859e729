package io.outcry.bench.replay;

import exchange.core2.collections.objpool.ObjectsPool;
import exchange.core2.core.common.CoreSymbolSpecification;
import exchange.core2.core.common.MatcherEventType;
import exchange.core2.core.common.MatcherTradeEvent;
import exchange.core2.core.common.OrderAction;
import exchange.core2.core.common.OrderType;
import exchange.core2.core.common.SymbolType;
import exchange.core2.core.common.cmd.CommandResultCode;
import exchange.core2.core.common.cmd.OrderCommand;
import exchange.core2.core.common.config.LoggingConfiguration;
import exchange.core2.core.orderbook.IOrderBook;
import exchange.core2.core.orderbook.OrderBookDirectImpl;
import exchange.core2.core.orderbook.OrderBookEventsHelper;
import io.outcry.orderbook.Side;
import io.outcry.orderbook.replay.OrderStream;
import io.outcry.orderbook.replay.ReportLog;

/**
 * exchange-core's direct order book, without its pipeline, set up as its own order book tests do: radix trees, pooled
 * orders, events chained to the command, here one command used again and again. It has no modify of price and quantity,
 * so that is a cancel and a new order.
 */
final class ExchangeCoreEngine implements ReplayEngine {

    private static final long USER = 1;

    private final OrderCommand command = new OrderCommand();
    private IOrderBook book = newBook();
    private ReportLog log = new ReportLog();

    @Override
    public String title() {
        return "exchange-core";
    }

    @Override
    public void reset(OrderStream stream) {
        book = newBook();
    }

    private static IOrderBook newBook() {
        CoreSymbolSpecification symbol = CoreSymbolSpecification.builder()
                .symbolId(0)
                .type(SymbolType.CURRENCY_EXCHANGE_PAIR)
                .baseScaleK(1)
                .quoteScaleK(1)
                .build();
        return new OrderBookDirectImpl(
                symbol,
                ObjectsPool.createDefaultTestPool(),
                OrderBookEventsHelper.NON_POOLED_EVENTS_HELPER,
                LoggingConfiguration.DEFAULT);
    }

    @Override
    public void replay(OrderStream stream, ReportLog into) {
        log = into;
        for (int i = 0; i < stream.count(); i++) {
            switch (stream.kind(i)) {
                case OrderStream.NEW -> {
                    log.accepted(i, stream.side(i), stream.orderId(i), stream.price(i), stream.quantity(i));
                    enter(stream, i, stream.isImmediate(i) ? OrderType.IOC : OrderType.GTC);
                }
                case OrderStream.CANCEL -> {
                    if (cancel(stream.orderId(i))) {
                        log.cancelled(i, stream.side(i), stream.orderId(i), command.matcherEvent.price);
                    } else {
                        log.cancelRefused(i, stream.orderId(i));
                    }
                }
                default -> {
                    if (cancel(stream.orderId(i))) {
                        log.modified(i, stream.side(i), stream.orderId(i), stream.price(i), stream.quantity(i));
                        enter(stream, i, OrderType.GTC);
                    } else {
                        log.modifyRefused(i, stream.orderId(i));
                    }
                }
            }
        }
    }

    private void enter(OrderStream stream, int i, OrderType type) {
        Side side = stream.side(i);
        long id = stream.orderId(i);
        command.orderId = id;
        command.uid = USER;
        command.orderType = type;
        command.action = side == Side.BUY ? OrderAction.BID : OrderAction.ASK;
        command.price = stream.price(i);
        command.reserveBidPrice = stream.price(i);
        command.size = stream.quantity(i);
        command.matcherEvent = null;
        book.newOrder(command);
        boolean rejected = false;
        for (MatcherTradeEvent event = command.matcherEvent; event != null; event = event.nextEvent) {
            if (event.eventType == MatcherEventType.TRADE) {
                log.trade(i, event.price, event.size, event.matchedOrderId, id);
            } else {
                rejected = true;
            }
        }
        if (rejected) {
            log.cancelled(i, side, id, stream.price(i));
        }
    }

    private boolean cancel(long orderId) {
        command.orderId = orderId;
        command.uid = USER;
        command.matcherEvent = null;
        return book.cancelOrder(command) == CommandResultCode.SUCCESS;
    }
}
