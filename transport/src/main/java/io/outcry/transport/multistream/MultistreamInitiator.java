package io.outcry.transport.multistream;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end that proposes. Header and first proposal are written at once.
 *
 * <p>With a single protocol the caller may be optimistic: it sends its first data right behind, and hands what comes
 * back to {@link #onBytes} until that says {@link Negotiation.Agreed}; no byte is delivered before.
 *
 * <p><b>Threading</b>: one thread at a time. <b>Ownership</b>: buffers are borrowed; nothing needs closing.
 *
 * <p><b>Errors</b>: whatever the peer does is a {@link Negotiation}; {@link #onBytes} after the end throws
 * {@link IllegalStateException}.
 *
 * <p><b>Spec</b>: multistream-select 1.0.
 */
public final class MultistreamInitiator {

    /** Proposals in one negotiation; a longer list is a mistake of the caller. */
    public static final int PROPOSALS_MAX = 64;

    private final List<String> protocols;
    private final MessageReader reader = new MessageReader();
    private final List<String> output = new ArrayList<>(2);
    private boolean headerSeen;
    private int proposed;
    private @Nullable Negotiation outcome;

    /** @param protocols in order of preference, 1 to {@value #PROPOSALS_MAX} */
    public MultistreamInitiator(List<String> protocols) {
        requireProposable(protocols);
        this.protocols = List.copyOf(protocols);
        output.add(Multistream.HEADER);
        output.add(protocols.get(0));
    }

    /** Throws if these cannot be proposed, which is a mistake of the caller. */
    public static void requireProposable(List<String> protocols) {
        if (protocols.isEmpty() || protocols.size() > PROPOSALS_MAX) {
            throw new IllegalArgumentException(
                    "propose 1 to " + PROPOSALS_MAX + " protocols, these are " + protocols.size());
        }
        protocols.forEach(Multistream::requireProposable);
    }

    /** True if data may be sent behind the proposal without waiting: there is one proposal only. */
    public boolean isOptimistic() {
        return protocols.size() == 1;
    }

    /** The protocol on the table now. */
    public String proposal() {
        return protocols.get(proposed);
    }

    /** True if {@link #write} has something to say. */
    public boolean hasOutput() {
        return !output.isEmpty();
    }

    /** Appends what is to be sent. */
    public void write(ByteBuf out) {
        for (int i = 0; i < output.size(); i++) {
            Multistream.write(out, output.get(i));
        }
        output.clear();
    }

    /** Reads answers; bytes after the negotiation stay in {@code in}. */
    public Negotiation onBytes(ByteBuf in) {
        if (outcome != null) {
            throw new IllegalStateException("this negotiation is over: " + outcome);
        }
        while (true) {
            String message = reader.read(in);
            if (message == null) {
                String fault = reader.fault();
                return fault == null ? Negotiation.Pending.INSTANCE : end(new Negotiation.Violated(fault));
            }
            Negotiation next = onMessage(message);
            if (next != null) {
                return end(next);
            }
        }
    }

    /** The peer closed its end. */
    public Negotiation onEnd() {
        if (outcome != null) {
            return outcome;
        }
        return end(new Negotiation.Violated(
                reader.isBetween() ? "the peer closed without an answer" : "the peer closed inside a message"));
    }

    private @Nullable Negotiation onMessage(String message) {
        if (!headerSeen) {
            if (!message.equals(Multistream.HEADER)) {
                return new Negotiation.Violated("the first message is not " + Multistream.HEADER);
            }
            headerSeen = true;
            return null;
        }
        String proposal = protocols.get(proposed);
        if (message.equals(proposal)) {
            return new Negotiation.Agreed(proposal);
        }
        if (!message.equals(Multistream.NOT_AVAILABLE)) {
            return new Negotiation.Violated("the answer to a proposal is neither its echo nor na");
        }
        if (proposed + 1 == protocols.size()) {
            return new Negotiation.Unsupported(protocols);
        }
        proposed++;
        output.add(protocols.get(proposed));
        return null;
    }

    private Negotiation end(Negotiation result) {
        outcome = result;
        return result;
    }
}
