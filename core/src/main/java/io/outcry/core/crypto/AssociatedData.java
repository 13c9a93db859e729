package io.outcry.core.crypto;

/** What is authenticated with a message and not sent with it. */
final class AssociatedData {

    static final byte[] NONE = {};

    private AssociatedData() {}
}
