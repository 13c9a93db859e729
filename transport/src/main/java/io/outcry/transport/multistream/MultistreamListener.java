package io.outcry.transport.multistream;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The end that answers: echoes a proposal it supports, says {@code na} to others, and {@code ls} with its list.
 *
 * <p><b>Threading</b>: one thread at a time. <b>Ownership</b>: buffers are borrowed; nothing needs closing.
 *
 * <p><b>Errors</b>: whatever the peer does is a {@link Negotiation}; {@link #onBytes} after the end throws
 * {@link IllegalStateException}. A peer that is refused too often is {@link Negotiation.Violated}; the time a
 * negotiation may take is the caller's to limit.
 *
 * <p><b>Spec</b>: multistream-select 1.0.
 */
public final class MultistreamListener {

    /** Proposals refused before the peer is given up; go and rust bound this by time only. */
    public static final int REFUSALS_MAX = 64;

    /** Lists told to one peer in one negotiation: a list is an answer much longer than its question. */
    public static final int LISTS_MAX = 2;

    /** Longest list told, bytes: what a reader with two-byte prefixes can take. */
    public static final int LIST_LENGTH_MAX = 16_383;

    private final ProtocolTable table;
    private final MessageReader reader = new MessageReader();
    private final List<String> output = new ArrayList<>(2);
    private boolean headerSeen;
    private int refusals;
    private int lists;
    private @Nullable Negotiation outcome;

    public MultistreamListener(ProtocolTable table) {
        this.table = table;
    }

    /** True if {@link #write} has something to say. */
    public boolean hasOutput() {
        return !output.isEmpty();
    }

    /** Appends what is to be sent. */
    public void write(ByteBuf out) {
        for (int i = 0; i < output.size(); i++) {
            String message = output.get(i);
            if (message.equals(Multistream.LIST)) {
                writeList(out);
            } else {
                Multistream.write(out, message);
            }
        }
        output.clear();
    }

    /** Reads proposals; bytes after the negotiation stay in {@code in}. */
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

    /**
     * Whether a proposal was refused. An honest peer may have sent data behind it, trusting what it knew of us a moment
     * ago; such bytes are then read as proposals and make no sense, without anybody having misbehaved.
     */
    public boolean hasRefused() {
        return refusals > 0;
    }

    /** The peer closed its end. */
    public Negotiation onEnd() {
        if (outcome != null) {
            return outcome;
        }
        return end(new Negotiation.Violated(
                reader.isBetween() ? "the peer closed without a proposal" : "the peer closed inside a message"));
    }

    private @Nullable Negotiation onMessage(String message) {
        if (!headerSeen) {
            if (!message.equals(Multistream.HEADER)) {
                return new Negotiation.Violated("the first message is not " + Multistream.HEADER);
            }
            headerSeen = true;
            output.add(Multistream.HEADER);
            return null;
        }
        if (message.equals(Multistream.LIST) && lists < LISTS_MAX) {
            lists++;
            output.add(Multistream.LIST);
            return null;
        }
        if (table.supports(message)) {
            output.add(message);
            return new Negotiation.Agreed(message);
        }
        if (refusals == REFUSALS_MAX) {
            return new Negotiation.Violated("more than " + REFUSALS_MAX + " proposals that are not spoken here");
        }
        refusals++;
        output.add(Multistream.NOT_AVAILABLE);
        return null;
    }

    /** The answer to {@code ls}: one message whose text is the framed names. */
    private void writeList(ByteBuf out) {
        List<String> names = table.names();
        int length = 1;
        int told = 0;
        for (String name : names) {
            int framed = Multistream.framedLength(name);
            if (length + framed > LIST_LENGTH_MAX) {
                break;
            }
            length += framed;
            told++;
        }
        Multistream.writePrefix(out, length);
        for (int i = 0; i < told; i++) {
            Multistream.write(out, names.get(i));
        }
        out.writeByte('\n');
    }

    private Negotiation end(Negotiation result) {
        outcome = result;
        return result;
    }
}
