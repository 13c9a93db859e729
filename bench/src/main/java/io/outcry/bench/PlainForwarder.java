package io.outcry.bench;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.netty.buffer.ByteBuf;
import io.outcry.bench.wire.Message;
import io.outcry.bench.wire.Rpc;
import io.outcry.core.multiformats.Varint;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The data path as one writes it first, and as JVM stacks have it: each frame becomes objects, the id's digest is the key of
 * a map, and what is forwarded is encoded anew for each peer. No control, no scores, no outboxes.
 */
final class PlainForwarder {

    private static final int SEEN_MAX = 120_000;

    private final Map<ByteString, Boolean> seen = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteString, Boolean> eldest) {
            return size() > SEEN_MAX;
        }
    };
    private final MessageDigest sha256 = sha256();
    private final int peers;

    PlainForwarder(int peers) {
        this.peers = peers;
    }

    /** Takes a frame from a peer; returns how many bytes went to the others. */
    int receive(int from, ByteBuf frame) {
        int sent = 0;
        try {
            byte[] bytes = new byte[(int) Varint.read(frame)];
            frame.readBytes(bytes);
            for (Message message : Rpc.parseFrom(bytes).getPublishList()) {
                ByteString id =
                        ByteString.copyFrom(sha256.digest(message.getData().toByteArray()));
                if (seen.putIfAbsent(id, Boolean.TRUE) == null) {
                    for (int peer = 0; peer < peers; peer++) {
                        if (peer != from) {
                            sent += send(message);
                        }
                    }
                }
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalStateException("a frame of our own making cannot be read", e);
        }
        return sent;
    }

    private static int send(Message message) {
        byte[] rpc = Rpc.newBuilder().addPublish(message).build().toByteArray();
        ByteBuf out = RouterRig.ALLOCATOR.directBuffer(rpc.length + 5);
        Varint.write(out, rpc.length);
        out.writeBytes(rpc);
        int length = out.readableBytes();
        out.release();
        return length;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
