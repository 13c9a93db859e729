package io.outcry.sim;

/**
 * What a run measured, in virtual time but for the last field. Two runs with equal options agree in all the others.
 *
 * @param scenario what happened, the command line's word
 * @param peers how many peers there were
 * @param seed what replays the run
 * @param delivery (message, subscriber) pairs received over expected; expected is a peer that lived, subscribed and in reach of
 *     the publisher, from the publishing until the end of the run
 * @param p50Ms from publishing to delivery, median
 * @param p99Ms from publishing to delivery, 99th percentile
 * @param duplicatesPerMessage copies a peer received beside the first, mean over deliveries
 * @param controlBytesPerPeer bytes of frames without a message that a peer sent, mean
 * @param bytesPerPeer bytes of all frames that a peer sent, mean
 * @param wallSeconds how long the run took on this machine
 * @param events events of the simulation: equal runs have equal numbers of them
 * @param trace a hash of every event's time and of every frame's ends and bytes: equal runs have one trace, in any JVM
 */
public record SimResult(
        String scenario,
        int peers,
        long seed,
        double delivery,
        double p50Ms,
        double p99Ms,
        double duplicatesPerMessage,
        long controlBytesPerPeer,
        long bytesPerPeer,
        double wallSeconds,
        long events,
        long trace) {}
