package io.hsaw.contracts;

import java.util.regex.Pattern;

/** What the records of the learning loop have in common. */
final class LoopChecks {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private LoopChecks() {
    }

    /** A name that is also one of a folder: of runs, models and versions. */
    static void requireName(String field, String value) {
        Checks.require(value != null && NAME.matcher(value).matches(), "%s must be 1 to 100 letters, digits, dots, dashes or"
                + " underscores, beginning with a letter or digit, found %s", field, value);
    }

    static void requireModel(ModelRef model) {
        Checks.requirePresent("model", model);
        requireName("model.name", model.name());
        requireName("model.version", model.version());
    }

    static void requireProposalId(String proposalId) {
        Checks.requireText("proposalId", proposalId, PseudoLabel.MAX_PROPOSAL_ID_LENGTH);
    }

    /** One that may be missing. */
    static void requireReason(String reason) {
        if (reason != null) {
            Checks.requireText("reason", reason, Rejection.MAX_DETAIL);
        }
    }

    /** One that may be missing. */
    static void requireShareIfPresent(String field, Double share) {
        if (share != null) {
            Checks.requireShare(field, share);
        }
    }

    /** One that may be missing. */
    static void requireBetween(String field, Number value, double least, double most) {
        Checks.require(value == null || value.doubleValue() >= least && value.doubleValue() <= most,
                "%s must lie between %s and %s, found %s", field, plain(least), plain(most), value);
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? String.valueOf((long) number) : String.valueOf(number);
    }
}
