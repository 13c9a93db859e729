package io.outcry.conformance.planted.market.replica;

import java.nio.file.Files;
import java.nio.file.Path;

/** A machine that looks at the disk. */
final class ReadsFile {
    boolean isThere() {
        return Files.exists(Path.of("journal"));
    }
}
