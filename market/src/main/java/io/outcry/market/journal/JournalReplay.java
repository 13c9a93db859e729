package io.outcry.market.journal;

/**
 * Who hears the past when a journal is opened: first the snapshot, then every record after it, in order.
 *
 * <p><b>Threading</b>: the opener's thread, before {@link Journal#open} returns. <b>Ownership</b>: bodies are the receiver's.
 */
public interface JournalReplay {

    /** One record of the snapshot, the state as of {@code baseLsn}, in the order it was given. */
    void onSnapshot(long baseLsn, int type, byte[] body);

    /** One record after the snapshot. */
    void onRecord(long lsn, int type, byte[] body);
}
