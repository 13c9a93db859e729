package io.outcry.conformance.house;

import java.nio.file.Files;
import java.nio.file.Path;

/** Where the sources of the house are. */
public final class House {

    private House() {}

    /** The folder of the parent {@code pom.xml}. */
    public static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("conformance/pom.xml"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException(
                        "not started inside the house: " + Path.of("").toAbsolutePath());
            }
        }
        return folder;
    }
}
