package io.outcry.transport.dial;

import io.outcry.core.identity.PeerId;
import io.outcry.core.multiformats.Multiaddr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link Dialer} wants done; called synchronously, never calls back into the machine. */
public interface DialerSink {

    /** Look the name in {@code address} up, for this peer if one is expected; answer with {@link Dialer#onResolved}. */
    void resolve(long dial, Multiaddr address, @Nullable PeerId peer);

    /** Connect and upgrade; answer with {@link Dialer#onConnected} or {@link Dialer#onFailed}, once. */
    void connect(long attempt, Multiaddr address, @Nullable PeerId peer);

    /** Nobody wants this attempt any more: close its socket. No answer is expected, a late one is ignored. */
    void abandon(long attempt);

    /** The waiter's peer is connected, through this attempt. */
    void onDialed(long waiter, long attempt);

    /** The waiter's peer was not reached. {@code attempts} has a line for each address tried. */
    void onDialFailed(long waiter, DialFailure failure, String message, List<String> attempts);
}
