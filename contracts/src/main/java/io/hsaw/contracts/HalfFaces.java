package io.hsaw.contracts;

import java.util.List;

/**
 * The record on topic {@code half-faces}: one per frame, refused ones too.
 *
 * @param schema {@link #SCHEMA}
 * @param frame  what goes with the frame from hop to hop
 * @param faces  the halves of all its faces, in the order of {@link Faces}
 */
public record HalfFaces(String schema, FrameInfo frame, List<SplitFace> faces) {

    /** Name and version of this kind of record. */
    public static final String SCHEMA = "hsaw.half-faces.v1";

    public HalfFaces {
        Checks.requireSchema(SCHEMA, schema);
        Checks.requirePresent("frame", frame);
        faces = Checks.faces(frame.rejection(), faces);
    }

    public HalfFaces(FrameInfo frame, List<SplitFace> faces) {
        this(SCHEMA, frame, faces);
    }
}
