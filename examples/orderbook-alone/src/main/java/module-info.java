/** A program that embeds the matching engine and nothing else. */
module example.orderbook {
    requires io.outcry.orderbook;
}
