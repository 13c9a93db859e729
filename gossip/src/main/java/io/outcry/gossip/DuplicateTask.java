package io.outcry.gossip;

/** A peer sent a message that is known by the salted key of its id. */
record DuplicateTask(Link link, long idLow) implements RouterTask {

    @Override
    public void run(RouterAgent agent) {
        if (link.bringUp(agent)) {
            agent.router().onDuplicate(link.slot(), idLow, agent.nowNs());
        }
    }
}
