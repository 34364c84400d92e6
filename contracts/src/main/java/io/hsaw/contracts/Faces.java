package io.hsaw.contracts;

import java.util.List;

/**
 * The record on topic {@code faces}: one per frame, refused ones too.
 *
 * @param schema {@link #SCHEMA}
 * @param frame  what goes with the frame from hop to hop
 * @param faces  those found in it, at most {@link FrameLimits#MAX_FACES}, largest first
 */
public record Faces(String schema, FrameInfo frame, List<FaceCrop> faces) {

    /** Name and version of this kind of record. */
    public static final String SCHEMA = "hsaw.faces.v1";

    public Faces {
        Checks.requireSchema(SCHEMA, schema);
        Checks.requirePresent("frame", frame);
        faces = Checks.faces(frame.rejection(), faces);
    }

    public Faces(FrameInfo frame, List<FaceCrop> faces) {
        this(SCHEMA, frame, faces);
    }
}
