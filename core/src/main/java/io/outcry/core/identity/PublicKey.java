package io.outcry.core.identity;

/** Placeholder of the first commit; the core room fills it. */
public final class PublicKey {}
