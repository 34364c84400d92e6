package io.hsaw.local;

import io.hsaw.contracts.RejectionCode;

/** What {@code hsaw verify-delivery} publishes, and the reply that each must get. */
enum FrameKind {
    ONE_FACE(1, null),
    SEVERAL_FACES(2, null),
    NO_FACE(0, null),
    /** A JPEG whose second half is missing. */
    TRUNCATED(0, RejectionCode.INVALID_IMAGE),
    /** Text. */
    NO_PICTURE(0, RejectionCode.UNSUPPORTED_FORMAT),
    /** A picture of a format that is not read: GIF. */
    OTHER_FORMAT(0, RejectionCode.UNSUPPORTED_FORMAT),
    /** A picture that takes down the process that reads it, where that is switched on. */
    POISON(0, RejectionCode.INTERNAL_ERROR);

    private final int leastFaces;
    private final RejectionCode rejection;

    FrameKind(int leastFaces, RejectionCode rejection) {
        this.leastFaces = leastFaces;
        this.rejection = rejection;
    }

    /**
     * Whether a reply is the one that such a frame must get.
     *
     * @param code  of the reply's rejection, or null
     * @param faces in the reply
     */
    boolean answeredBy(RejectionCode code, int faces) {
        return code == rejection && (leastFaces == 0 ? faces == 0 : faces >= leastFaces);
    }
}
