package io.outcry.core.agent;

/** Who runs the agents of a node. */
public enum ThreadingMode {
    /** A thread for each agent. */
    DEDICATED,
    /** One thread for all agents; the default on two processors or fewer. */
    SHARED,
    /** No thread: the caller drives the duty cycles (simulator, tests, an embedder's own loop). */
    INVOKER;

    /** The mode that suits this machine: {@link #SHARED} on two processors or fewer, else {@link #DEDICATED}. */
    public static ThreadingMode forThisMachine() {
        return Runtime.getRuntime().availableProcessors() <= 2 ? SHARED : DEDICATED;
    }
}
