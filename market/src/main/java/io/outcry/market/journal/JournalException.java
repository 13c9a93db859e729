package io.outcry.market.journal;

import java.io.IOException;

/**
 * Why a journal cannot be opened or went out of service. It is never thrown for something a peer sent.
 */
public final class JournalException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What went wrong. */
    public enum Code {
        /** Somebody else has the journal open. */
        LOCKED,
        /** The file is something else, or was written by a later version. */
        FORMAT,
        /** Durable bytes have changed since they were written. */
        CORRUPT,
        /** The disk failed or is full; nothing was acknowledged that is not durable. */
        IO,
        /** More was appended than the writer could sync; the caller ignored {@link Journal#isCongested}. */
        OVERFLOW,
        /** The journal was closed, or failed before. */
        CLOSED
    }

    private final Code code;

    private JournalException(Code code, String message, Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    private JournalException(Code code, String message) {
        super(message);
        this.code = code;
    }

    public Code code() {
        return code;
    }

    static JournalException locked(String file, String lockFile, String holder) {
        return new JournalException(
                Code.LOCKED,
                "journal " + file + " is in use by " + holder + " (lock " + lockFile
                        + "); stop that node first, or give this one a data directory of its own");
    }

    static JournalException format(String file, String what) {
        return new JournalException(Code.FORMAT, "journal " + file + " cannot be read: " + what);
    }

    static JournalException corrupt(String file, long offset, String what) {
        return new JournalException(
                Code.CORRUPT,
                "journal " + file + " is corrupt at offset " + offset + ": " + what
                        + ". Orders already promised are in it, so nothing was changed: restore the file from the disk it"
                        + " was on, or move it away to start a new epoch, which retires every old order of this peer");
    }

    static JournalException io(String file, String what, IOException cause) {
        return new JournalException(
                Code.IO,
                "journal " + file + " could not " + what + ": " + cause.getMessage()
                        + ". What was not yet durable has not been acknowledged; free the disk and start the node again",
                cause);
    }

    static JournalException overflow(String file, long pendingBytes) {
        return new JournalException(
                Code.OVERFLOW,
                "journal " + file + " has " + pendingBytes
                        + " bytes waiting for the disk and takes no more; pause input while isCongested()");
    }

    static JournalException closed(String file) {
        return new JournalException(Code.CLOSED, "journal " + file + " is closed");
    }
}
