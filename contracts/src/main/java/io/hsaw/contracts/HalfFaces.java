package io.hsaw.contracts;

import java.util.List;

/** The record on topic {@code half-faces}: one per frame, with the halves of all its faces. */
public record HalfFaces(String schema, FrameInfo frame, List<SplitFace> faces) {

    public static final String SCHEMA = "hsaw.half-faces.v1";

    public HalfFaces {
        Checks.require(SCHEMA.equals(schema), "expected schema %s, found %s", SCHEMA, schema);
        Checks.requirePresent("frame", frame);
        faces = List.copyOf(Checks.requirePresent("faces", faces));
        Checks.require(faces.size() <= FrameLimits.MAX_FACES, "at most %d faces per frame, found %d",
                FrameLimits.MAX_FACES, faces.size());
    }

    public HalfFaces(FrameInfo frame, List<SplitFace> faces) {
        this(SCHEMA, frame, faces);
    }
}
