package io.outcry.gossip;

/** One thing for the router's thread to do. */
interface RouterTask {

    void run(RouterAgent agent);

    /** Called instead of {@link #run} when PubSub closes first: lets go of what the task holds. */
    default void drop() {}
}
