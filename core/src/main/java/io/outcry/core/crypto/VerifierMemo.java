package io.outcry.core.crypto;

import io.outcry.core.crypto.CryptoProvider.Verifier;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Remembers prepared verifiers of keys seen lately. Preparing an Ed25519 key costs more than a verification (its order
 * is examined), and the authors of a topic return with every message.
 *
 * <p>A memo changes how long an answer takes and never the answer. Each key has one place; a newer key with the same
 * place takes it over, so the memory is bounded and who floods us with keys gains nothing but our slower path.
 *
 * <p><b>Threading</b>: any thread, no locks.
 */
final class VerifierMemo {

    /** Places: more authors than a mesh hears of at a time, at some hundred bytes each. */
    static final int PLACES = 2_048;

    private final AtomicReferenceArray<@Nullable Entry> places = new AtomicReferenceArray<>(PLACES);
    private final Function<byte[], Verifier> prepare;

    @SuppressWarnings("ArrayRecordComponent") // its own copy, shown to nobody
    private record Entry(byte[] key, Verifier verifier) {}

    /** @param prepare makes the verifier of a key; a pure function */
    VerifierMemo(Function<byte[], Verifier> prepare) {
        this.prepare = prepare;
    }

    Verifier verifier(byte[] key) {
        int hash = Arrays.hashCode(key);
        int place = (hash ^ (hash >>> 16)) & (PLACES - 1);
        Entry known = places.get(place);
        if (known != null && Arrays.equals(known.key, key)) {
            return known.verifier;
        }
        Verifier prepared = prepare.apply(key);
        places.set(place, new Entry(key.clone(), prepared));
        return prepared;
    }
}
