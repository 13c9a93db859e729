package io.outcry.market.replica;

import io.outcry.market.OrderId;
import io.outcry.market.TradeId;

/**
 * A line of the tape. Each trade is told once when it is decided and once when the taker has taken note.
 *
 * <p><b>Units</b>: ticks, lots.
 *
 * @param trade its name
 * @param maker the order that decided
 * @param price the maker's
 * @param quantity what was traded
 * @param settled false: PROVISIONAL, the maker is bound; true: both are
 * @param epochMs when this replica learned of it
 */
public record TradeUpdate(TradeId trade, OrderId maker, long price, long quantity, boolean settled, long epochMs) {}
