/** The lock-free matching engine, usable alone. */
module io.outcry.orderbook {
    requires static org.jspecify;
    requires org.jctools.core;
    requires org.agrona;

    exports io.outcry.orderbook;
}
