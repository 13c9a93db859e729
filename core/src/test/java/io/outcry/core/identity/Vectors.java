package io.outcry.core.identity;

import io.outcry.testkit.Hex;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;

/** The keys of the specification. */
final class Vectors {

    private static final Properties KEYS = load();

    private Vectors() {}

    static byte[] encodedPrivate(KeyType type) {
        return Hex.bytes(Objects.requireNonNull(KEYS.getProperty(type + ".private")));
    }

    static byte[] encodedPublic(KeyType type) {
        return Hex.bytes(Objects.requireNonNull(KEYS.getProperty(type + ".public")));
    }

    static PrivateKey key(KeyType type) {
        return PrivateKey.decode(encodedPrivate(type));
    }

    private static Properties load() {
        Properties keys = new Properties();
        try (InputStream in = Objects.requireNonNull(Vectors.class.getResourceAsStream("keys.properties"))) {
            keys.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException("keys.properties is part of the tests", e);
        }
        return keys;
    }
}
