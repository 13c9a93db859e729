package io.outcry.core.multiformats;

/** IP addresses as text, strictly: no leading zeros, no zones, no name look-ups. Printing follows RFC 5952. */
final class IpText {

    private static final int GROUPS = 8;

    private IpText() {}

    static byte[] parseIp4(String text) {
        byte[] out = new byte[4];
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            throw new FormatException("'" + FormatException.shown(text) + "' is no IPv4 address");
        }
        for (int i = 0; i < 4; i++) {
            out[i] = (byte) decimal(parts[i], 255, true, text);
        }
        return out;
    }

    /** A decimal number of at most five digits. */
    static int decimal(String digits, int max, boolean noLeadingZero, String whole) {
        boolean fits = !digits.isEmpty() && digits.length() <= 5;
        int value = 0;
        for (int i = 0; fits && i < digits.length(); i++) {
            char c = digits.charAt(i);
            fits = c >= '0' && c <= '9';
            value = value * 10 + (c - '0');
        }
        if (!fits || value > max || (noLeadingZero && digits.length() > 1 && digits.charAt(0) == '0')) {
            throw new FormatException("'" + FormatException.shown(digits) + "' in '" + FormatException.shown(whole)
                    + "' is not a number from 0 to " + max);
        }
        return value;
    }

    static String printIp4(byte[] address) {
        return (address[0] & 0xff) + "." + (address[1] & 0xff) + "." + (address[2] & 0xff) + "." + (address[3] & 0xff);
    }

    static byte[] parseIp6(String text) {
        int gap = text.indexOf("::");
        if (text.isEmpty() || (gap >= 0 && text.indexOf("::", gap + 1) >= 0)) {
            throw badIp6(text);
        }
        if (gap < 0) {
            byte[] whole = groups(text, text, true);
            if (whole.length != 16) {
                throw badIp6(text);
            }
            return whole;
        }
        byte[] head = groups(text.substring(0, gap), text, false);
        byte[] tail = groups(text.substring(gap + 2), text, true);
        if (head.length + tail.length > 14) {
            throw badIp6(text);
        }
        byte[] out = new byte[16];
        System.arraycopy(head, 0, out, 0, head.length);
        System.arraycopy(tail, 0, out, 16 - tail.length, tail.length);
        return out;
    }

    private static byte[] groups(String part, String whole, boolean mayEndInIp4) {
        if (part.isEmpty()) {
            return new byte[0];
        }
        String[] groups = part.split(":", -1);
        boolean ip4 = mayEndInIp4 && groups[groups.length - 1].indexOf('.') >= 0;
        int plain = ip4 ? groups.length - 1 : groups.length;
        int length = plain * 2 + (ip4 ? 4 : 0);
        if (length > 16) {
            throw badIp6(whole);
        }
        byte[] out = new byte[length];
        for (int i = 0; i < plain; i++) {
            int value = hexGroup(groups[i], whole);
            out[2 * i] = (byte) (value >>> 8);
            out[2 * i + 1] = (byte) value;
        }
        if (ip4) {
            System.arraycopy(parseIp4(groups[plain]), 0, out, plain * 2, 4);
        }
        return out;
    }

    private static int hexGroup(String group, String whole) {
        if (group.isEmpty() || group.length() > 4) {
            throw badIp6(whole);
        }
        int value = 0;
        for (int i = 0; i < group.length(); i++) {
            char c = group.charAt(i);
            int digit = c < 128 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw badIp6(whole);
            }
            value = value << 4 | digit;
        }
        return value;
    }

    private static FormatException badIp6(String text) {
        return new FormatException("'" + FormatException.shown(text) + "' is no IPv6 address");
    }

    static String printIp6(byte[] address) {
        if (isMappedIp4(address)) {
            return "::ffff:" + (address[12] & 0xff) + "." + (address[13] & 0xff) + "." + (address[14] & 0xff) + "."
                    + (address[15] & 0xff);
        }
        int bestAt = -1;
        int bestLength = 1;
        for (int i = 0; i < GROUPS; i++) {
            int length = 0;
            while (i + length < GROUPS && group(address, i + length) == 0) {
                length++;
            }
            if (length > bestLength) {
                bestAt = i;
                bestLength = length;
            }
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < GROUPS; i++) {
            if (i == bestAt) {
                out.append("::");
                i += bestLength - 1;
                continue;
            }
            if (!out.isEmpty() && out.charAt(out.length() - 1) != ':') {
                out.append(':');
            }
            out.append(Integer.toHexString(group(address, i)));
        }
        return out.toString();
    }

    private static int group(byte[] address, int index) {
        return (address[2 * index] & 0xff) << 8 | (address[2 * index + 1] & 0xff);
    }

    private static boolean isMappedIp4(byte[] address) {
        for (int i = 0; i < 10; i++) {
            if (address[i] != 0) {
                return false;
            }
        }
        return address[10] == -1 && address[11] == -1;
    }
}
