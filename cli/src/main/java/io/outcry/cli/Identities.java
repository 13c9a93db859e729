package io.outcry.cli;

import io.outcry.core.identity.IdentityException;
import io.outcry.core.identity.KeyFile;
import io.outcry.core.identity.KeyType;
import io.outcry.core.identity.PrivateKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
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
                    throw new BadArgument("--type " + type.name().toLowerCase(Locale.ROOT) + ": the key in "
                            + file + " is " + key.type().name().toLowerCase(Locale.ROOT)
                            + "; name another --key FILE or leave --type out");
                }
                return key;
            }
            PrivateKey made = KeyFile.create(file, wanted);
            speaker.warn("made a new " + wanted.name().toLowerCase(Locale.ROOT) + " key in " + file);
            return made;
        } catch (IdentityException e) {
            throw new VerbFailure("KEY", String.valueOf(e.getMessage()));
        }
    }
}
