package io.outcry.conformance.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.outcry.core.multiformats.Multiaddr;
import io.outcry.core.multiformats.MultiaddrException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** An address is read from bytes and from text or refused, and reads the same from what it prints. */
final class MultiaddrFuzzing {

    @FuzzTest(maxDuration = "20s")
    void whatIsReadIsWrittenAlike(byte[] bytes) {
        Multiaddr read = Multiaddr.tryFrom(bytes);
        if (read != null) {
            require(Arrays.equals(read.bytes(), bytes), bytes);
            require(Multiaddr.parse(read.toString()).equals(read), bytes);
        }
        try {
            Multiaddr parsed = Multiaddr.parse(new String(bytes, StandardCharsets.UTF_8));
            require(Multiaddr.fromBytes(parsed.bytes()).equals(parsed), bytes);
        } catch (MultiaddrException refused) {
            require(refused.getMessage() != null, bytes);
        }
    }

    private static void require(boolean holds, byte[] input) {
        if (!holds) {
            throw new AssertionError(Arrays.toString(input));
        }
    }
}
