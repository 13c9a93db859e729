package io.outcry.transport.limit;

import io.outcry.core.memory.MemoryBudget;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The share of memory that the sockets of one IPv4 address or IPv6 /56 have together: identities are free, so whoever has
 * many is still one address. A share lives as long as a socket of its address, so there are no more of them than sockets.
 *
 * <p><b>Threading</b>: one thread at a time; the budgets it gives are for any.
 */
public final class IpShares {

    private final long shareBytes;
    private final boolean loopbackLimited;
    private final Map<IpPrefix, Share> shares = new HashMap<>();

    private static final class Share {
        final MemoryBudget budget;
        int sockets;

        Share(MemoryBudget budget) {
            this.budget = budget;
        }
    }

    /**
     * @param shareBytes what one address may hold
     * @param loopbackLimited whether loopback counts as an address
     */
    public IpShares(long shareBytes, boolean loopbackLimited) {
        this.shareBytes = shareBytes;
        this.loopbackLimited = loopbackLimited;
    }

    /** The share of the address for one more socket; null if it is exempt. {@link #close} gives it back. */
    public @Nullable MemoryBudget open(InetAddress address) {
        if (isExempt(address)) {
            return null;
        }
        Share share = shares.computeIfAbsent(
                IpPrefix.narrow(address), prefix -> new Share(new MemoryBudget("address", shareBytes)));
        share.sockets++;
        return share.budget;
    }

    /** A socket that {@link #open} was called for is closed. */
    public void close(InetAddress address) {
        if (!isExempt(address)) {
            shares.computeIfPresent(IpPrefix.narrow(address), (prefix, share) -> --share.sockets == 0 ? null : share);
        }
    }

    /** Addresses with a socket. */
    public int addresses() {
        return shares.size();
    }

    private boolean isExempt(InetAddress address) {
        return address.isLoopbackAddress() && !loopbackLimited;
    }
}
