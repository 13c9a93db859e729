package io.outcry.transport;

import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.transport.limit.TokenBucket;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one line that tools such as fail2ban read: {@code MISBEHAVING_PEER peer=… addr=… why=…}.
 *
 * <p>Rate-limited: a peer that misbehaves a thousand times a second must not fill the disk; how many lines were left out is
 * told with the next one. Text that comes from a peer is sanitised.
 *
 * <p><b>Threading</b>: any thread.
 */
final class MisbehaviourLog {

    /** Lines at once, and lines each second: enough for any operator. */
    private static final int BURST = 20;

    private static final int PER_SECOND = 5;
    /** Characters of a reason that are worth a line. */
    static final int WHY_LENGTH_MAX = 160;

    private static final Logger LOG = LoggerFactory.getLogger(MisbehaviourLog.class);

    private final Object lock = new Object();
    private final TokenBucket bucket;
    private long count;
    private long leftOut;

    MisbehaviourLog(long nowNs) {
        this.bucket = new TokenBucket(PER_SECOND, BURST, nowNs);
    }

    void write(@Nullable PeerId peer, Multiaddr address, String why, long nowNs) {
        long before;
        synchronized (lock) {
            count++;
            if (!bucket.take(nowNs)) {
                leftOut++;
                return;
            }
            before = leftOut;
            leftOut = 0;
        }
        LOG.warn(
                "MISBEHAVING_PEER peer={} addr={} why={}{}",
                peer == null ? "unknown" : peer,
                clean(address.toString(), WHY_LENGTH_MAX),
                clean(why, WHY_LENGTH_MAX),
                before == 0 ? "" : " (" + before + " more lines were left out)");
    }

    /** Misbehaviour noted so far, written or left out. */
    long count() {
        synchronized (lock) {
            return count;
        }
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
