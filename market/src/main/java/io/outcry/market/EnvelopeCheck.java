package io.outcry.market;

import io.outcry.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * What the bytes alone prove: form, market, limits and signatures. Work for the validation pool; a message that fails
 * here is REJECTed, because no honest peer would have passed it on. What depends on state or time is the replica's.
 *
 * <pre>
 *   bytes ─► canonical? this market? 64 items, 16 KiB? ─► root known? else verify ─► Envelope with proofs
 * </pre>
 *
 * <p><b>Threading</b>: any thread; the roots are shared.
 *
 * <p><b>Errors</b>: never throws, whatever the bytes.
 *
 * <p><b>Spec</b>: docs/market-protocol.md section 9.
 */
public final class EnvelopeCheck {

    private final MarketId market;
    private final SignatureCheck signatures;
    private final VerifiedRoots roots;

    /** A check for one market. The roots may be shared by all checks of a node. */
    public EnvelopeCheck(MarketId market, SignatureCheck signatures, VerifiedRoots roots) {
        this.market = market;
        this.signatures = signatures;
        this.roots = roots;
    }

    /** The market. */
    public MarketId market() {
        return market;
    }

    /** The envelope if the bytes prove it, or null: reject it. */
    public @Nullable Envelope check(byte[] bytes) {
        Envelopes.Opened opened = Envelopes.open(market, bytes);
        if (opened == null || !isSigned(opened.owner(), opened.signed(), opened.signature())) {
            return null;
        }
        for (SignedItem item : opened.envelope().items()) {
            if (item.item() instanceof Evidence evidence && !isProof(evidence)) {
                return null;
            }
        }
        return opened.envelope();
    }

    /** Whether an item away from its envelope was signed by its owner. */
    public boolean check(SignedItem item) {
        ItemProof proof = item.proof();
        if (proof == null) {
            return false;
        }
        byte[] root = MerkleTree.rootOf(item.hash(), proof.index(), proof.size(), proof.path());
        return root != null
                && isSigned(
                        item.item().owner(),
                        Envelopes.signed(market, proof.envelopeHlc(), proof.size(), root),
                        proof.signature())
                && (!(item.item() instanceof Evidence evidence) || isProof(evidence));
    }

    private boolean isProof(Evidence evidence) {
        return Contradiction.between(evidence.first().step(), evidence.second().step(), evidence)
                && check(evidence.first())
                && check(evidence.second());
    }

    private boolean isSigned(PeerId owner, byte[] message, byte[] signature) {
        ItemHash key = VerifiedRoots.key(owner, message, signature);
        if (roots.contains(key)) {
            return true;
        }
        if (!signatures.verify(owner, message, signature)) {
            return false;
        }
        roots.add(key);
        return true;
    }
}
