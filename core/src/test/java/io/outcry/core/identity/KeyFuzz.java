package io.outcry.core.identity;

import static org.assertj.core.api.Assertions.assertThat;

import io.outcry.testkit.Bytes;
import io.outcry.testkit.Mutations;
import io.outcry.testkit.Seeds;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(Seeds.class)
class KeyFuzz {

    private static final List<KeyType> TYPES = List.of(KeyType.values());

    @Test
    void publicKeysAreReadInTheirOneFormOrRefused(RandomGenerator random) {
        for (int i = 0; i < 20_000; i++) {
            KeyType type = TYPES.get(random.nextInt(TYPES.size()));
            byte[] bytes =
                    random.nextInt(4) == 0 ? Bytes.any(random, 600) : Mutations.of(random, Vectors.encodedPublic(type));
            try {
                PublicKey key = PublicKey.decode(bytes);
                assertThat(key.encoded()).isEqualTo(bytes);
                if (i % 50 == 0) {
                    assertThat(key.verify(bytes, Bytes.any(random, 200))).isFalse();
                }
            } catch (KeyException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void privateKeysAreReadOrRefused(RandomGenerator random) {
        for (int i = 0; i < 2_000; i++) {
            KeyType type = TYPES.get(random.nextInt(TYPES.size()));
            try {
                PrivateKey key = PrivateKey.decode(Mutations.of(random, Vectors.encodedPrivate(type)));
                assertThat(PrivateKey.decode(key.encoded())).isEqualTo(key);
            } catch (KeyException refused) {
                assertThat(refused.getMessage()).isNotBlank();
            }
        }
    }

    @Test
    void signaturesOfAnyShapeAreJudgedAndNeverThrow(RandomGenerator random) {
        for (KeyType type : KeyType.values()) {
            PrivateKey key = Vectors.key(type);
            byte[] message = Bytes.random(random, 40);
            byte[] signature = key.sign(message);
            for (int i = 0; i < 1_500; i++) {
                byte[] spoiled = random.nextInt(4) == 0 ? Bytes.any(random, 600) : Mutations.of(random, signature);
                assertThat(key.publicKey().verify(message, spoiled)).isEqualTo(Arrays.equals(spoiled, signature));
            }
        }
    }
}
