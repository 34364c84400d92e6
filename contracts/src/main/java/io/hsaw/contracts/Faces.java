package io.hsaw.contracts;

import java.util.List;

/** The record on topic {@code faces}: one per frame, with all faces found in it, largest first. */
public record Faces(String schema, FrameInfo frame, List<FaceCrop> faces) {

    public static final String SCHEMA = "hsaw.faces.v1";

    public Faces {
        Checks.require(SCHEMA.equals(schema), "expected schema %s, found %s", SCHEMA, schema);
        Checks.requirePresent("frame", frame);
        faces = List.copyOf(Checks.requirePresent("faces", faces));
        Checks.require(faces.size() <= FrameLimits.MAX_FACES, "at most %d faces per frame, found %d",
                FrameLimits.MAX_FACES, faces.size());
    }

    public Faces(FrameInfo frame, List<FaceCrop> faces) {
        this(SCHEMA, frame, faces);
    }
}
