package io.outcry.core.identity;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import io.outcry.core.identity.EnvelopeException.Fault;
import io.outcry.core.multiformats.Varint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bytes somebody signed, with the key to check it, for one purpose: the domain is signed too, but not sent.
 *
 * <p><b>Threading</b>: immutable.
 *
 * <p><b>Errors</b>: {@link EnvelopeException} with its fault; peers' bytes cause no other.
 *
 * <p><b>Spec</b>: libp2p RFC 0002.
 */
public final class SignedEnvelope {

    /** Longest envelope read; a peer record of 100 addresses is below 8 KiB. */
    public static final int LENGTH_MAX = 16 * 1024;

    private static final int KEY_FIELD = 1;
    private static final int TYPE_FIELD = 2;
    private static final int PAYLOAD_FIELD = 3;
    private static final int SIGNATURE_FIELD = 5;

    private final PublicKey key;
    private final byte[] payloadType;
    private final byte[] payload;
    private final byte[] signature;

    private SignedEnvelope(PublicKey key, byte[] payloadType, byte[] payload, byte[] signature) {
        this.key = key;
        this.payloadType = payloadType;
        this.payload = payload;
        this.signature = signature;
    }

    /** Signs {@code payload}; neither domain nor type may be empty. */
    public static SignedEnvelope seal(PrivateKey key, String domain, byte[] payloadType, byte[] payload) {
        if (domain.isEmpty() || payloadType.length == 0) {
            throw new IllegalArgumentException("an envelope has a domain and a payload type; one of them is empty");
        }
        byte[] signature = key.sign(signed(domain, payloadType, payload));
        return new SignedEnvelope(key.publicKey(), payloadType.clone(), payload.clone(), signature);
    }

    /** Reads an envelope and checks its signature for {@code domain}. */
    public static SignedEnvelope open(byte[] encoded, String domain) {
        SignedEnvelope envelope = decode(encoded);
        if (!envelope.signedFor(domain)) {
            throw new EnvelopeException(
                    Fault.SIGNATURE,
                    "the signature of " + envelope.key.peerId() + " does not hold for domain '" + domain + "'");
        }
        return envelope;
    }

    /** Reads an envelope without looking at its signature; ask {@link #signedFor} before trusting it. */
    static SignedEnvelope decode(byte[] encoded) {
        if (encoded.length > LENGTH_MAX) {
            throw new EnvelopeException(
                    Fault.TOO_LARGE,
                    "an envelope of " + encoded.length + " bytes; at most " + LENGTH_MAX + " are read");
        }
        byte[] key = null;
        byte[] payloadType = null;
        byte[] payload = null;
        byte[] signature = null;
        try {
            CodedInputStream in = CodedInputStream.newInstance(encoded);
            for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
                if (WireFormat.getTagWireType(tag) != WireFormat.WIRETYPE_LENGTH_DELIMITED) {
                    if (!in.skipField(tag)) {
                        throw malformed("an envelope holds an unmatched end of group");
                    }
                    continue;
                }
                switch (WireFormat.getTagFieldNumber(tag)) {
                    case KEY_FIELD -> key = once(key, in);
                    case TYPE_FIELD -> payloadType = once(payloadType, in);
                    case PAYLOAD_FIELD -> payload = once(payload, in);
                    case SIGNATURE_FIELD -> signature = once(signature, in);
                    default -> in.skipField(tag);
                }
            }
        } catch (IOException e) {
            throw malformed("not an envelope: " + e.getMessage());
        }
        if (key == null || payloadType == null || payload == null || signature == null) {
            throw malformed("an envelope has a key, a payload type, a payload and a signature; one is missing");
        }
        return new SignedEnvelope(key(key), payloadType, payload, signature);
    }

    private static PublicKey key(byte[] encoded) {
        try {
            return PublicKey.decode(encoded);
        } catch (KeyException e) {
            throw new EnvelopeException(Fault.KEY, "an envelope's key is none: " + e.getMessage());
        }
    }

    private static byte[] once(byte @Nullable [] known, CodedInputStream in) throws IOException {
        if (known != null) {
            throw malformed("an envelope holds a field twice");
        }
        return in.readByteArray();
    }

    private static EnvelopeException malformed(String why) {
        return new EnvelopeException(Fault.MALFORMED, why);
    }

    /** The three signed parts, each behind its length. */
    private static byte[] signed(String domain, byte[] payloadType, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(64 + payload.length);
        for (byte[] part : new byte[][] {domain.getBytes(StandardCharsets.UTF_8), payloadType, payload}) {
            out.writeBytes(Varint.encode(part.length));
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** Whether the signature holds for this domain. */
    public boolean signedFor(String domain) {
        return key.verify(signed(domain, payloadType, payload), signature);
    }

    /** The protobuf message. */
    public byte[] encoded() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(payload.length + 160);
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            out.writeByteArray(KEY_FIELD, key.encoded());
            out.writeByteArray(TYPE_FIELD, payloadType);
            out.writeByteArray(PAYLOAD_FIELD, payload);
            out.writeByteArray(SIGNATURE_FIELD, signature);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be written", e);
        }
        return bytes.toByteArray();
    }

    /** The signer's key. */
    public PublicKey key() {
        return key;
    }

    /** The signer. */
    public PeerId signer() {
        return key.peerId();
    }

    public byte[] payloadType() {
        return payloadType.clone();
    }

    public byte[] payload() {
        return payload.clone();
    }

    /** Whether the payload is of this type. */
    public boolean isOfType(byte[] type) {
        return Arrays.equals(payloadType, type);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignedEnvelope that
                && key.equals(that.key)
                && Arrays.equals(payloadType, that.payloadType)
                && Arrays.equals(payload, that.payload)
                && Arrays.equals(signature, that.signature);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(signature);
    }

    @Override
    public String toString() {
        return "SignedEnvelope[" + payload.length + " bytes by " + signer() + "]";
    }
}
