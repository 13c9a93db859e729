package io.outcry.transport;

import io.outcry.core.identity.PeerId;
import io.outcry.core.log.LogRate;
import io.outcry.core.multiformats.Multiaddr;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one line that tools such as fail2ban read: {@code MISBEHAVING_PEER peer=… addr=… why=…}.
 *
 * <p>Rate-limited, see {@link LogRate}. Text that comes from a peer is sanitised.
 *
 * <p><b>Threading</b>: any thread.
 */
final class MisbehaviourLog {

    /** Characters of a reason that are worth a line. */
    static final int WHY_LENGTH_MAX = 160;

    private static final Logger LOG = LoggerFactory.getLogger(MisbehaviourLog.class);

    private final LogRate rate;
    private final AtomicLong count = new AtomicLong();

    MisbehaviourLog(long nowNs) {
        this.rate = new LogRate(nowNs);
    }

    void write(@Nullable PeerId peer, Multiaddr address, String why, long nowNs) {
        count.incrementAndGet();
        String more = rate.take(nowNs);
        if (more == null) {
            return;
        }
        LOG.warn(
                "MISBEHAVING_PEER peer={} addr={} why={}{}",
                peer == null ? "unknown" : peer,
                clean(address.toString(), WHY_LENGTH_MAX),
                clean(why, WHY_LENGTH_MAX),
                more);
    }

    /** Misbehaviour noted so far, written or left out. */
    long count() {
        return count.get();
    }

    /** Text of a peer, fit for a log line and a terminal: no control characters, no line ends, no more than {@code max}. */
    static String clean(String text, int max) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), max) + 1);
        for (int i = 0; i < text.length(); i++) {
            if (out.length() >= max) {
                return out.append('…').toString();
            }
            char c = text.charAt(i);
            boolean plain =
                    c >= ' ' && c < 0x7f || c > 0xa0 && Character.isLetterOrDigit(c) && !Character.isSurrogate(c);
            out.append(plain ? c : '?');
        }
        return out.toString();
    }
}
