package io.outcry.core.multiformats;

/** Bytes or text that are not what they claim to be; the message names the value and the fault. */
public sealed class FormatException extends IllegalArgumentException permits MultiaddrException {

    private static final int SHOWN_MAX = 120;

    public FormatException(String message) {
        super(message);
    }

    public FormatException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Makes text of unknown origin fit to print: bounded, without control characters. */
    static String shown(String text) {
        StringBuilder out = new StringBuilder(Math.min(text.length(), SHOWN_MAX) + 4);
        for (int i = 0; i < text.length() && i < SHOWN_MAX; i++) {
            char c = text.charAt(i);
            out.append(Character.isISOControl(c) ? '?' : c);
        }
        return text.length() > SHOWN_MAX ? out.append("...").toString() : out.toString();
    }
}
