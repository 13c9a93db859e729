package io.outcry.cli;

import io.outcry.core.identity.KeyException;
import io.outcry.core.identity.KeyFile;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PrivateKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The identity a verb runs under: a key file's, or a fresh one that is forgotten at the end. */
final class Identities {

    private Identities() {}

    /** From {@code --key}, made there if absent; a fresh Ed25519 identity without it. */
    static PrivateKey open(@Nullable Path file, @Nullable KeyType type, Speaker speaker) {
        KeyType wanted = type == null ? KeyType.ED25519 : type;
        if (file == null) {
            return PrivateKey.generate(wanted);
        }
        try {
            if (Files.exists(file)) {
                PrivateKey key = KeyFile.load(file);
                if (type != null && key.type() != type) {
                    throw new BadArgument("--type " + type.name().toLowerCase(java.util.Locale.ROOT) + ": the key in "
                            + file + " is " + key.type().name().toLowerCase(java.util.Locale.ROOT)
                            + "; name another --key FILE or leave --type out");
                }
                return key;
            }
            PrivateKey made = PrivateKey.generate(wanted);
            KeyFile.create(file, made);
            speaker.warn("made a new " + wanted.name().toLowerCase(java.util.Locale.ROOT) + " key in " + file);
            return made;
        } catch (KeyException e) {
            throw new VerbFailure("KEY", e.getMessage());
        } catch (IOException e) {
            throw new VerbFailure("KEY", "key file " + file + ": " + e.getMessage());
        }
    }
}
