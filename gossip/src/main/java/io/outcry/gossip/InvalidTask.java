package io.outcry.gossip;

/** A peer sent a message that was refused for its form or signature. */
record InvalidTask(Link link, String why) implements RouterTask {

    @Override
    public void run(RouterAgent agent) {
        if (link.bringUp(agent)) {
            agent.router().onInvalid(link.slot(), agent.nowNs());
            agent.onRefused(link, why);
        }
    }
}
