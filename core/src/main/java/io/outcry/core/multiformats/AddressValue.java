package io.outcry.core.multiformats;

import io.outcry.core.identity.KeyException;
import io.outcry.core.identity.PeerId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The value of one component, from text to bytes and back; each protocol's rules are here and nowhere else. */
final class AddressValue {

    private static final int ONION3_KEY_LENGTH = 35;

    private AddressValue() {}

    /** Text to value bytes (without the length prefix of variable ones). */
    static byte[] parse(AddressProtocol protocol, String text) {
        byte[] value = switch (protocol) {
            case IP4 -> IpText.parseIp4(text);
            case IP6 -> IpText.parseIp6(text);
            case TCP, UDP -> port(text);
            case IPCIDR -> new byte[] {(byte) IpText.decimal(text, 255, false, text)};
            case P2P -> peer(text).bytes();
            case ONION3 -> onion3(text);
            case CERTHASH -> Multibase.decode(text);
            case UNIX, HTTP_PATH -> percentDecoded(text);
            case IP6ZONE, DNS, DNS4, DNS6, DNSADDR, SNI, MEMORY -> text.getBytes(StandardCharsets.UTF_8);
            default -> throw new IllegalStateException(protocol + " has no value");
        };
        check(protocol, value);
        return value;
    }

    /** Throws unless these bytes are a value of this protocol; the size of fixed ones was seen to. */
    static void check(AddressProtocol protocol, byte[] value) {
        switch (protocol) {
            case P2P -> {
                if (PeerId.tryFrom(value) == null) {
                    throw new FormatException("the value of p2p is no peer id: " + Multihash.shown(value));
                }
            }
            case CERTHASH -> Multihash.fromBytes(value);
            case IP6ZONE, DNS, DNS4, DNS6, DNSADDR, SNI, MEMORY -> requireName(protocol, value);
            case UNIX, HTTP_PATH -> {
                if (utf8(value) == null) {
                    throw new FormatException("the value of " + protocol + " is not UTF-8");
                }
                if (protocol == AddressProtocol.UNIX && value.length == 0) {
                    throw new FormatException("the path of unix is empty");
                }
            }
            case ONION3 -> {
                if (value[ONION3_KEY_LENGTH] == 0 && value[ONION3_KEY_LENGTH + 1] == 0) {
                    throw new FormatException("the port of onion3 is not 0");
                }
            }
            default -> {}
        }
    }

    /** Value bytes that passed {@link #check}, as text. */
    static String print(AddressProtocol protocol, byte[] value) {
        return switch (protocol) {
            case IP4 -> IpText.printIp4(value);
            case IP6 -> IpText.printIp6(value);
            case TCP, UDP -> String.valueOf(unsignedShort(value, 0));
            case IPCIDR -> String.valueOf(value[0] & 0xff);
            case P2P -> Multibase.BASE58BTC.encodeBare(value);
            case ONION3 ->
                Multibase.BASE32.encodeBare(Arrays.copyOf(value, ONION3_KEY_LENGTH)) + ":"
                        + unsignedShort(value, ONION3_KEY_LENGTH);
            case CERTHASH -> Multibase.BASE64_URL.encode(value);
            case UNIX, HTTP_PATH -> percentEncoded(value);
            default -> new String(value, StandardCharsets.UTF_8);
        };
    }

    static int unsignedShort(byte[] value, int at) {
        return (value[at] & 0xff) << 8 | (value[at + 1] & 0xff);
    }

    private static byte[] port(String text) {
        int port = IpText.decimal(text, 65535, false, text);
        return new byte[] {(byte) (port >>> 8), (byte) port};
    }

    private static PeerId peer(String text) {
        try {
            return PeerId.parse(text);
        } catch (KeyException e) {
            throw new FormatException(e.getMessage() == null ? "no peer id" : e.getMessage(), e);
        }
    }

    private static byte[] onion3(String text) {
        int colon = text.indexOf(':');
        if (colon != 56) {
            throw new FormatException("'" + FormatException.shown(text)
                    + "' is no onion3 address: 56 characters of base32, a colon and a port");
        }
        byte[] key = Multibase.BASE32.decodeBare(text.substring(0, colon).toLowerCase(Locale.ROOT));
        byte[] port = port(text.substring(colon + 1));
        byte[] out = Arrays.copyOf(key, ONION3_KEY_LENGTH + 2);
        out[ONION3_KEY_LENGTH] = port[0];
        out[ONION3_KEY_LENGTH + 1] = port[1];
        return out;
    }

    /** A name is UTF-8, not empty, without slashes (they end it) and control characters (they forge log lines). */
    private static void requireName(AddressProtocol protocol, byte[] value) {
        String name = utf8(value);
        if (name == null || name.isEmpty()) {
            throw new FormatException("the value of " + protocol + " is " + (name == null ? "not UTF-8" : "empty"));
        }
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '/' || Character.isISOControl(c)) {
                throw new FormatException("the value of " + protocol + " has a slash or control character: '"
                        + FormatException.shown(name) + "'");
            }
        }
    }

    private static @Nullable String utf8(byte[] value) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    private static byte[] percentDecoded(String text) {
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[in.length];
        int at = 0;
        for (int i = 0; i < in.length; i++) {
            if (in[i] != '%') {
                out[at++] = in[i];
                continue;
            }
            int high = i + 2 < in.length ? Character.digit(in[i + 1], 16) : -1;
            int low = i + 2 < in.length ? Character.digit(in[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw new FormatException("'" + FormatException.shown(text) + "' has a % without two hex digits");
            }
            out[at++] = (byte) (high << 4 | low);
            i += 2;
        }
        return Arrays.copyOf(out, at);
    }

    private static String percentEncoded(byte[] value) {
        StringBuilder out = new StringBuilder(value.length + 8);
        for (byte b : value) {
            char c = (char) (b & 0xff);
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || "-_.~!*'()".indexOf(c) >= 0;
            if (plain) {
                out.append(c);
            } else {
                out.append('%').append(Character.toUpperCase(Character.forDigit(c >> 4, 16)));
                out.append(Character.toUpperCase(Character.forDigit(c & 15, 16)));
            }
        }
        return out.toString();
    }
}
