/** The lock-free matching engine, usable alone. */
module io.outcry.orderbook {
    requires static org.jspecify;
    requires org.jctools.core;
    // The replay reports what it allocates.
    requires jdk.management;
    requires java.management;

    exports io.outcry.orderbook;
    exports io.outcry.orderbook.replay;
}
