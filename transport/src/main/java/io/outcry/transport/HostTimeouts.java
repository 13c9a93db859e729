package io.outcry.transport;

/**
 * How long a host waits. All are milliseconds and positive.
 *
 * @param upgradeMs one absolute deadline from the accepted or connected socket to the multiplexed connection
 * @param tcpConnectMs for the TCP handshake of one address
 * @param attemptMs for one address, connect and upgrade together
 * @param dialMs for a dial as a whole: names, every address, upgrades
 * @param staggerMs head start of an address over the next one of a dial
 * @param nameLookupMs for the DNS queries of one address
 * @param streamNegotiationMs until both sides agree on a stream's protocol
 * @param identifyMs for an identify exchange
 * @param pushDebounceMs changes gather for this long before they are pushed
 * @param pingMs for one ping
 * @param closeMs the bound on closing a connection politely, and on {@link Host#close}
 */
public record HostTimeouts(
        long upgradeMs,
        long tcpConnectMs,
        long attemptMs,
        long dialMs,
        long staggerMs,
        long nameLookupMs,
        long streamNegotiationMs,
        long identifyMs,
        long pushDebounceMs,
        long pingMs,
        long closeMs) {

    /** 15 s upgrade, 5 s connect, 15 s attempt, 60 s dial, 250 ms stagger, 5 s DNS, 10 s stream, 5 s identify, … */
    public static final HostTimeouts DEFAULT =
            new HostTimeouts(15_000, 5_000, 15_000, 60_000, 250, 5_000, 10_000, 5_000, 1_000, 10_000, 3_000);

    public HostTimeouts {
        positive("upgradeMs", upgradeMs);
        positive("tcpConnectMs", tcpConnectMs);
        positive("attemptMs", attemptMs);
        positive("dialMs", dialMs);
        positive("staggerMs", staggerMs);
        positive("nameLookupMs", nameLookupMs);
        positive("streamNegotiationMs", streamNegotiationMs);
        positive("identifyMs", identifyMs);
        positive("pushDebounceMs", pushDebounceMs);
        positive("pingMs", pingMs);
        positive("closeMs", closeMs);
    }

    private static void positive(String name, long ms) {
        if (ms <= 0 || ms > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(name + " must be in 1…" + Integer.MAX_VALUE + ", but is " + ms);
        }
    }

    /** The same, with another upgrade deadline. */
    public HostTimeouts withUpgradeMs(long ms) {
        return new HostTimeouts(
                ms,
                tcpConnectMs,
                attemptMs,
                dialMs,
                staggerMs,
                nameLookupMs,
                streamNegotiationMs,
                identifyMs,
                pushDebounceMs,
                pingMs,
                closeMs);
    }

    /** The same, with another deadline for agreeing on a stream's protocol. */
    public HostTimeouts withStreamNegotiationMs(long ms) {
        return new HostTimeouts(
                upgradeMs,
                tcpConnectMs,
                attemptMs,
                dialMs,
                staggerMs,
                nameLookupMs,
                ms,
                identifyMs,
                pushDebounceMs,
                pingMs,
                closeMs);
    }

    /** The same, with other deadlines for a dial as a whole and for each address. */
    public HostTimeouts withDialMs(long wholeMs, long eachMs) {
        return new HostTimeouts(
                upgradeMs,
                Math.min(tcpConnectMs, eachMs),
                eachMs,
                wholeMs,
                staggerMs,
                nameLookupMs,
                streamNegotiationMs,
                identifyMs,
                pushDebounceMs,
                pingMs,
                closeMs);
    }

    /** The same, with another wait before changes are pushed. */
    public HostTimeouts withPushDebounceMs(long ms) {
        return new HostTimeouts(
                upgradeMs,
                tcpConnectMs,
                attemptMs,
                dialMs,
                staggerMs,
                nameLookupMs,
                streamNegotiationMs,
                identifyMs,
                ms,
                pingMs,
                closeMs);
    }

    /** The same, with another bound on closing. */
    public HostTimeouts withCloseMs(long ms) {
        return new HostTimeouts(
                upgradeMs,
                tcpConnectMs,
                attemptMs,
                dialMs,
                staggerMs,
                nameLookupMs,
                streamNegotiationMs,
                identifyMs,
                pushDebounceMs,
                pingMs,
                ms);
    }

    /** The same, with another deadline for identify. */
    public HostTimeouts withIdentifyMs(long ms) {
        return new HostTimeouts(
                upgradeMs,
                tcpConnectMs,
                attemptMs,
                dialMs,
                staggerMs,
                nameLookupMs,
                streamNegotiationMs,
                ms,
                pushDebounceMs,
                pingMs,
                closeMs);
    }
}
