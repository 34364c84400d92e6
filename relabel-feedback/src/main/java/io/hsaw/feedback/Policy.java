package io.hsaw.feedback;

import io.hsaw.contracts.Label.Decision;
import io.hsaw.contracts.PseudoLabel;

/**
 * What is done with a proposal that nothing else speaks against.
 *
 * @param kind   how it is judged
 * @param margin by how much the proposed expression must be more probable than the label, 0 to 1; {@link Kind#MARGIN} only
 */
public record Policy(Kind kind, double margin) {

    /** How proposals are judged. */
    public enum Kind {
        /** All are taken, as in the paper. */
        PAPER,
        /** Those are taken whose expression is more probable by a margin. */
        MARGIN,
        /** A person decides on each. */
        REVIEW
    }

    /** The decision. */
    Ruling ruling(PseudoLabel proposal) {
        return switch (kind) {
            case PAPER -> new Ruling(Decision.ACCEPTED, null);
            case MARGIN -> proposal.fused().of(proposal.proposed()) - proposal.fused().of(proposal.label()) > margin
                    ? new Ruling(Decision.ACCEPTED, null) : new Ruling(Decision.REJECTED, Ruling.MARGIN);
            case REVIEW -> new Ruling(Decision.PENDING, null);
        };
    }
}
