package io.outcry.core.multiformats;

import java.util.Arrays;
import java.util.Base64;

/**
 * Text forms of bytes, each announced by its first character.
 *
 * <p><b>Errors</b>: {@link FormatException} for a character outside the alphabet, stray padding or left-over bits.
 *
 * <p><b>Spec</b>: multiformats multibase.
 */
public enum Multibase {
    BASE16('f', "0123456789abcdef"),
    BASE16_UPPER('F', "0123456789ABCDEF"),
    BASE32('b', "abcdefghijklmnopqrstuvwxyz234567"),
    BASE32_UPPER('B', "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    BASE36('k', "0123456789abcdefghijklmnopqrstuvwxyz"),
    BASE36_UPPER('K', "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    BASE58BTC('z', "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"),
    BASE64('m', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
    BASE64_URL('u', "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");

    /** Longest text decoded, so that the quadratic bases stay cheap whoever sends it. */
    public static final int TEXT_MAX = 1024;

    private static final int ASCII = 128;

    private final char prefix;
    private final String alphabet;

    @SuppressWarnings("ImmutableEnumChecker") // filled once by the constructor
    private final byte[] digits = new byte[ASCII];

    Multibase(char prefix, String alphabet) {
        this.prefix = prefix;
        this.alphabet = alphabet;
        Arrays.fill(digits, (byte) -1);
        for (int i = 0; i < alphabet.length(); i++) {
            digits[alphabet.charAt(i)] = (byte) i;
        }
    }

    /** The character that announces this base. */
    public char prefix() {
        return prefix;
    }

    /** {@code bytes} in this base, without the prefix. */
    public String encodeBare(byte[] bytes) {
        return switch (this) {
            case BASE36, BASE36_UPPER, BASE58BTC -> encodeByDivision(bytes);
            case BASE64 -> Base64.getEncoder().withoutPadding().encodeToString(bytes);
            case BASE64_URL -> Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
            default -> encodeByBits(bytes);
        };
    }

    /** {@code bytes} in this base behind its prefix. */
    public String encode(byte[] bytes) {
        return prefix + encodeBare(bytes);
    }

    /** Undoes {@link #encode} of whichever base the first character names. */
    public static byte[] decode(String text) {
        if (text.isEmpty()) {
            throw new FormatException("an empty string is no multibase text");
        }
        char first = text.charAt(0);
        for (Multibase base : values()) {
            if (base.prefix == first) {
                return base.decodeBare(text.substring(1));
            }
        }
        throw new FormatException("no multibase begins with '" + FormatException.shown(text.substring(0, 1)) + "' in '"
                + FormatException.shown(text) + "'");
    }

    /** Undoes {@link #encodeBare}. */
    public byte[] decodeBare(String text) {
        if (text.length() > TEXT_MAX) {
            throw new FormatException(
                    "multibase text of " + text.length() + " characters; at most " + TEXT_MAX + " are read");
        }
        return switch (this) {
            case BASE36, BASE36_UPPER, BASE58BTC -> decodeByDivision(text);
            default -> decodeByBits(text);
        };
    }

    private int digit(String text, int index) {
        char c = text.charAt(index);
        int digit = c < ASCII ? digits[c] : -1;
        if (digit < 0) {
            throw new FormatException("character " + (index + 1) + " of '" + FormatException.shown(text)
                    + "' is not in the alphabet of " + name().toLowerCase(java.util.Locale.ROOT));
        }
        return digit;
    }

    private String encodeByBits(byte[] bytes) {
        int width = Integer.numberOfTrailingZeros(alphabet.length());
        StringBuilder out = new StringBuilder(bytes.length * 8 / width + 1);
        int held = 0;
        int bits = 0;
        for (byte b : bytes) {
            held = (held << 8) | (b & 0xff);
            bits += 8;
            while (bits >= width) {
                bits -= width;
                out.append(alphabet.charAt((held >>> bits) & (alphabet.length() - 1)));
            }
            held &= (1 << bits) - 1;
        }
        if (bits > 0) {
            out.append(alphabet.charAt((held << (width - bits)) & (alphabet.length() - 1)));
        }
        return out.toString();
    }

    private byte[] decodeByBits(String text) {
        int width = Integer.numberOfTrailingZeros(alphabet.length());
        byte[] out = new byte[text.length() * width / 8];
        int held = 0;
        int bits = 0;
        int at = 0;
        for (int i = 0; i < text.length(); i++) {
            held = (held << width) | digit(text, i);
            bits += width;
            if (bits >= 8) {
                bits -= 8;
                out[at++] = (byte) (held >>> bits);
            }
            held &= (1 << bits) - 1;
        }
        if (bits >= width || held != 0) {
            throw new FormatException(
                    "'" + FormatException.shown(text) + "' ends with bits that belong to no byte of " + name());
        }
        return out;
    }

    private String encodeByDivision(byte[] bytes) {
        int zeros = 0;
        while (zeros < bytes.length && bytes[zeros] == 0) {
            zeros++;
        }
        int base = alphabet.length();
        byte[] rest = bytes.clone();
        char[] out = new char[bytes.length * 2 + 1];
        int at = out.length;
        int start = zeros;
        while (start < rest.length) {
            int remainder = 0;
            for (int i = start; i < rest.length; i++) {
                int value = (remainder << 8) | (rest[i] & 0xff);
                rest[i] = (byte) (value / base);
                remainder = value % base;
            }
            out[--at] = alphabet.charAt(remainder);
            while (start < rest.length && rest[start] == 0) {
                start++;
            }
        }
        return alphabet.substring(0, 1).repeat(zeros) + new String(out, at, out.length - at);
    }

    private byte[] decodeByDivision(String text) {
        int zeros = 0;
        while (zeros < text.length() && text.charAt(zeros) == alphabet.charAt(0)) {
            zeros++;
        }
        int base = alphabet.length();
        byte[] rest = new byte[text.length()];
        int start = rest.length;
        for (int i = zeros; i < text.length(); i++) {
            int carry = digit(text, i);
            for (int j = rest.length - 1; j >= start || carry != 0; j--) {
                int value = (rest[j] & 0xff) * base + carry;
                rest[j] = (byte) value;
                carry = value >>> 8;
                start = Math.min(start, j);
            }
        }
        byte[] out = new byte[zeros + rest.length - start];
        System.arraycopy(rest, start, out, zeros, rest.length - start);
        return out;
    }
}
