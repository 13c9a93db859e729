package io.outcry.orderbook;

import java.util.Locale;

/** Fails a validation with the sentence that says what does not hold. */
final class LadderCheck {

    private LadderCheck() {}

    static void that(boolean holds, String what, int value) {
        if (!holds) {
            throw new AssertionError(String.format(Locale.ROOT, what, value));
        }
    }
}
