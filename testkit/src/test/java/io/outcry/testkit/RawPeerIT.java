package io.outcry.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class RawPeerIT {

    @Test
    void twoRawPeersTalkInFramesAndSeeEachOthersEnd() throws IOException {
        try (RawPeer.Listener listener = RawPeer.listen();
                RawPeer dialler = RawPeer.connect(listener.address());
                RawPeer accepted = listener.accept()) {
            dialler.sendFramed(Hex.bytes("0a 0b 0c"))
                    .sendByteByByte(Hex.bytes("01 02"))
                    .endOutput();
            assertThat(accepted.readFramed(16)).isEqualTo(Hex.bytes("0a 0b 0c"));
            assertThat(accepted.read(2)).isEqualTo(Hex.bytes("01 02"));
            assertThat(accepted.awaitEnd()).isTrue();
            accepted.reset();
            assertThat(dialler.awaitEnd()).isTrue();
        }
    }
}
