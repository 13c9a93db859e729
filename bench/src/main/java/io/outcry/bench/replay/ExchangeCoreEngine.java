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
import java.util.Map;

/**
 * exchange-core's direct order book, without its pipeline: radix trees, pooled orders, events chained to the command, here
 * one command used again and again. Its pools are as large as those of its own matching engine. It has no modify of price
 * and quantity, so that is a cancel and a new order.
 */
public final class ExchangeCoreEngine implements ReplayEngine {

    private static final long USER = 1;

    /** What its MatchingEngineRouter keeps, by kind. */
    private static final Map<Integer, Integer> POOLS = Map.of(
            ObjectsPool.DIRECT_ORDER, 1 << 20,
            ObjectsPool.DIRECT_BUCKET, 1 << 16,
            ObjectsPool.ART_NODE_4, 1 << 15,
            ObjectsPool.ART_NODE_16, 1 << 14,
            ObjectsPool.ART_NODE_48, 1 << 13,
            ObjectsPool.ART_NODE_256, 1 << 12);

    private final OrderCommand command = new OrderCommand();
    private final IOrderBook book = newBook();
    private final OrderStream stream;
    private final ReportLog log;

    ExchangeCoreEngine(OrderStream stream, ReportLog log) {
        this.stream = stream;
        this.log = log;
    }

    @Override
    public String title() {
        return "exchange-core";
    }

    @Override
    public void reset() {
        for (int i = 0; i < stream.count(); i++) {
            if (stream.kind(i) == OrderStream.NEW) {
                cancel(stream.orderId(i));
            }
        }
    }

    /** An empty book with pools of its own. */
    public static IOrderBook newBook() {
        CoreSymbolSpecification symbol = CoreSymbolSpecification.builder()
                .symbolId(0)
                .type(SymbolType.CURRENCY_EXCHANGE_PAIR)
                .baseScaleK(1)
                .quoteScaleK(1)
                .build();
        return new OrderBookDirectImpl(
                symbol,
                new ObjectsPool(POOLS),
                OrderBookEventsHelper.NON_POOLED_EVENTS_HELPER,
                LoggingConfiguration.DEFAULT);
    }

    @Override
    public void replay() {
        for (int i = 0; i < stream.count(); i++) {
            switch (stream.kind(i)) {
                case OrderStream.NEW -> {
                    log.accepted(i, stream.side(i), stream.orderId(i), stream.price(i), stream.quantity(i));
                    enter(i, stream.isImmediate(i) ? OrderType.IOC : OrderType.GTC);
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
                        enter(i, OrderType.GTC);
                    } else {
                        log.modifyRefused(i, stream.orderId(i));
                    }
                }
            }
        }
    }

    private void enter(int i, OrderType type) {
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
