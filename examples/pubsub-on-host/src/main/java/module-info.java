/** A program that embeds a host and PubSub. */
module example.pubsub {
    requires io.outcry.gossip;
}
