package io.outcry.testkit;

import java.util.HexFormat;

/** Bytes as a test writes them: {@code Hex.bytes("07 0a 05 08 01 12 01 54")}. */
public final class Hex {

    private Hex() {}

    /** The bytes of {@code text}; white space between them is ignored. */
    public static byte[] bytes(String text) {
        return HexFormat.of().parseHex(text.replaceAll("\\s+", ""));
    }

    /** {@code bytes} in lower case, a space between two. */
    public static String text(byte[] bytes) {
        return HexFormat.ofDelimiter(" ").formatHex(bytes);
    }
}
