/** A program that embeds nodes and trades. */
module example.market {
    requires io.outcry.node;
}
