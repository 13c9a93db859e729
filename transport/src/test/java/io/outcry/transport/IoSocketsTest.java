package io.outcry.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IoSocketsTest {

    /** The build without profile has no native jar; with {@code -Pepoll} it has, and all tests of this module run on it. */
    @Test
    void epollIsChosenWhereItsJarIsAndWanted() {
        assertThat(IoSockets.choose(true).name()).isEqualTo(System.getProperty("sockets", "nio"));
        assertThat(IoSockets.choose(false).name()).isEqualTo("nio");
    }
}
