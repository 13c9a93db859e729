package io.outcry.market;

/**
 * A decimal that is no price or quantity of this market. The message names the value and the nearest valid ones.
 */
public final class OffGridException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    OffGridException(String message) {
        super(message);
    }
}
