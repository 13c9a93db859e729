package io.outcry.core.crypto;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.core.crypto.CryptoProvider.Verifier;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class VerifierMemoTest {

    private final AtomicInteger prepared = new AtomicInteger();

    /** Its verifiers say yes to the key they were made for. */
    private final VerifierMemo memo = new VerifierMemo(key -> {
        prepared.incrementAndGet();
        byte[] own = key.clone();
        return (message, signature) -> Arrays.equals(signature, own);
    });

    private static byte[] key(int number) {
        return ByteBuffer.allocate(32).putInt(28, number).array();
    }

    @Test
    void preparesAKeyOnceWhileItReturns() {
        Verifier first = memo.verifier(key(1));
        for (int i = 0; i < 10; i++) {
            assertThat(memo.verifier(key(1))).isSameAs(first);
        }
        assertThat(prepared).hasValue(1);
    }

    @Test
    void neverAnswersForAnotherKeyHoweverManyThereAre() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 3 * VerifierMemo.PLACES; i++) {
                assertThat(memo.verifier(key(i)).verify(new byte[0], key(i))).isTrue();
            }
        }
        assertThat(prepared).hasValueGreaterThan(3 * VerifierMemo.PLACES);
    }

    @Test
    void aKeyThatIsChangedByItsOwnerLaterDoesNotChangeTheMemo() {
        byte[] key = key(7);
        memo.verifier(key);
        key[0] = 1;
        assertThat(memo.verifier(key(7)).verify(new byte[0], key(7))).isTrue();
        assertThat(memo.verifier(key).verify(new byte[0], key)).isTrue();
        assertThat(prepared).hasValue(2);
    }
}
