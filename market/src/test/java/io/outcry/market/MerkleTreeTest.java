package io.outcry.market;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

class MerkleTreeTest {

    private static List<ItemHash> leaves(int n) {
        List<ItemHash> leaves = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            leaves.add(
                    ItemHash.of(Hashes.sha256(ByteBuffer.allocate(4).putInt(i).array())));
        }
        return leaves;
    }

    /** The definition of RFC 6962, section 2.1, word by word. */
    private static byte[] defined(List<ItemHash> leaves) {
        if (leaves.size() == 1) {
            byte[] input = new byte[33];
            System.arraycopy(leaves.get(0).bytes(), 0, input, 1, 32);
            return Hashes.sha256(input);
        }
        int k = 1;
        while (k * 2 < leaves.size()) {
            k *= 2;
        }
        byte[] input = new byte[65];
        input[0] = 1;
        System.arraycopy(defined(leaves.subList(0, k)), 0, input, 1, 32);
        System.arraycopy(defined(leaves.subList(k, leaves.size())), 0, input, 33, 32);
        return Hashes.sha256(input);
    }

    @Test
    void everyLeafOfEveryTreeLeadsToTheRoot() {
        for (int n = 1; n <= 64; n++) {
            List<ItemHash> leaves = leaves(n);
            MerkleTree tree = MerkleTree.of(leaves);
            assertThat(tree.root()).as("root of %s", n).isEqualTo(defined(leaves));
            for (int i = 0; i < n; i++) {
                assertThat(MerkleTree.rootOf(leaves.get(i), i, n, tree.path(i)))
                        .as("leaf %s of %s", i, n)
                        .isEqualTo(tree.root());
            }
        }
    }

    @Test
    void anotherLeafPlaceSizeOrPathLeadsElsewhere() {
        List<ItemHash> leaves = leaves(13);
        MerkleTree tree = MerkleTree.of(leaves);
        assertThat(MerkleTree.rootOf(leaves.get(4), 5, 13, tree.path(5))).isNotEqualTo(tree.root());
        assertThat(MerkleTree.rootOf(leaves.get(5), 4, 13, tree.path(5))).isNotEqualTo(tree.root());
        assertThat(MerkleTree.rootOf(leaves.get(5), 5, 64, tree.path(5))).isNull();
        assertThat(MerkleTree.rootOf(leaves.get(5), 5, 13, tree.path(5).subList(0, 3)))
                .isNull();
        assertThat(MerkleTree.rootOf(leaves.get(12), 12, 13, tree.path(5))).isNull();
    }

    @Test
    void theTreeOfOneLeafIsItsHashWithAZeroBefore() {
        ItemHash zero = ItemHash.of(new byte[32]);
        assertThat(HexFormat.of().formatHex(MerkleTree.of(List.of(zero)).root()))
                .isEqualTo(HexFormat.of().formatHex(Hashes.sha256(new byte[33])));
    }
}
