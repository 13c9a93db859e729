package io.outcry.market.journal;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The bytes of a journal, big-endian. <b>Threading</b>: one thread (a checksum is kept between calls).
 *
 * <pre>
 * header  magic[8] version[2] zero[2] crc[4] salt[8] baseLsn[8] snapshotRecords[4] zero[4]
 * record  length[4] crc[4] lsn[8] syncedLsn[8] type[1] body[length]
 * </pre>
 *
 * A checksum covers the salt, everything beside itself, and the body. The salt is chosen anew for each file, so that no body,
 * which may hold a stranger's bytes, and no block of an older file can pass for a record of this one.
 */
final class RecordFormat {

    static final long MAGIC = 0x4f55_5443_5259_4a4cL; // "OUTCRYJL"
    static final int VERSION = 1;
    static final int FILE_HEADER_BYTES = 40;
    static final int RECORD_HEADER_BYTES = 25;

    /** Largest body: an envelope is at most 16 KiB, a census 4 KiB; this leaves room and keeps a flipped length harmless. */
    static final int BODY_BYTES_MAX = 1 << 20;

    /** Set in the type of a snapshot's records. */
    static final int SNAPSHOT_FLAG = 0x80;

    private final CRC32C crc = new CRC32C();

    void writeFileHeader(ByteBuffer out, long salt, long baseLsn, int snapshotRecords) {
        int at = out.position();
        out.putLong(MAGIC).putShort((short) VERSION).putShort((short) 0).putInt(0);
        out.putLong(salt).putLong(baseLsn).putInt(snapshotRecords).putInt(0);
        out.putInt(at + 12, fileHeaderCrc(out, at));
    }

    int fileHeaderCrc(ByteBuffer header, int at) {
        crc.reset();
        update(header, at, 12);
        update(header, at + 16, FILE_HEADER_BYTES - 16);
        return (int) crc.getValue();
    }

    void writeRecord(ByteBuffer out, long salt, long lsn, long syncedLsn, int type, byte[] body) {
        int at = out.position();
        out.putInt(body.length).putInt(0).putLong(lsn).putLong(syncedLsn).put((byte) type);
        out.put(body);
        out.putInt(at + 4, recordCrc(out, at, salt, body.length));
    }

    int recordCrc(ByteBuffer record, int at, long salt, int bodyLength) {
        crc.reset();
        for (int shift = 56; shift >= 0; shift -= 8) {
            crc.update((int) (salt >>> shift) & 0xff);
        }
        update(record, at, 4);
        update(record, at + 8, RECORD_HEADER_BYTES - 8 + bodyLength);
        return (int) crc.getValue();
    }

    private void update(ByteBuffer bytes, int at, int length) {
        crc.update(bytes.duplicate().limit(at + length).position(at));
    }
}
