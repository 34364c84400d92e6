package io.hsaw.facedetector;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.DetectedFace;
import io.hsaw.contracts.FaceCrop;
import io.hsaw.contracts.FrameLimits;
import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.Point;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds faces: BlazeFace's short range network, and its full range network where the first finds none; FaceMesh then
 * gives the points of each face and says whether it is one. Holds native networks: one per thread, to be closed.
 */
public final class FaceDetector implements AutoCloseable {

    /** Below this the mesh says that the detector was wrong. */
    private static final double MIN_FACE_FLAG = 0.5;
    /** Two meshes that overlap more than this show one face. */
    private static final double SAME_FACE_OVERLAP = 0.4;
    /** Side of the mesh's input over the longer side of a detected box, as FaceMesh was trained. */
    private static final double MESH_ROOM = 1.5;

    private final BlazeFace shortRange = BlazeFace.shortRange();
    private final BlazeFace fullRange = BlazeFace.fullRange();
    private final FaceMesh mesh = new FaceMesh();

    /** @param confidence of the detector, 0 to 1 */
    private record Found(MeshPoints points, Box box, double confidence) {
    }

    /**
     * The faces of a picture, largest first, at most {@link FrameLimits#MAX_FACES}.
     *
     * @param mirrored the picture shows left and right exchanged, as a mirror does: crops come out as if it did not, boxes
     *                 and key points of the faces are in pixels of the picture as given
     */
    public List<FaceCrop> detect(Picture picture, boolean mirrored) {
        if (mirrored) {
            try (Picture flipped = picture.flipped()) {
                return crops(flipped, find(flipped)).stream().map(face -> mirrored(face, picture.width())).toList();
            }
        }
        return crops(picture, find(picture));
    }

    /**
     * The face in a region that is known to show one; empty if the mesh sees none there.
     *
     * @param region around the face from forehead to chin, in picture pixels
     */
    public Optional<FaceCrop> detectIn(Picture picture, Box region) {
        MeshPoints first = mesh.run(picture.mat(), meshRegion(region, 0));
        MeshPoints points = mesh.run(picture.mat(), meshRegion(first.box(), first.roll()));
        if (points.faceFlag() < MIN_FACE_FLAG) {
            return Optional.empty();
        }
        return Optional.of(crop(picture, new Found(points, points.box(), points.faceFlag())));
    }

    private List<Found> find(Picture picture) {
        List<Found> found = confirmed(picture, shortRange.detect(picture.mat()));
        return found.isEmpty() ? confirmed(picture, fullRange.detect(picture.mat())) : found;
    }

    /** Those candidates that the mesh takes for faces, each face once. */
    private List<Found> confirmed(Picture picture, List<BlazeFace.Candidate> candidates) {
        List<Found> faces = new ArrayList<>();
        for (BlazeFace.Candidate candidate : candidates) {
            double roll = Math.atan2(candidate.leftEye().y() - candidate.rightEye().y(),
                    candidate.leftEye().x() - candidate.rightEye().x());
            MeshPoints points = mesh.run(picture.mat(), meshRegion(candidate.box(), roll));
            Box box = points.box();
            if (points.faceFlag() >= MIN_FACE_FLAG
                    && faces.stream().noneMatch(face -> face.box.overlap(box) > SAME_FACE_OVERLAP)) {
                faces.add(new Found(points, box, candidate.score()));
            }
        }
        return faces;
    }

    private static FaceMesh.Region meshRegion(Box box, double roll) {
        return new FaceMesh.Region(box.x() + box.width() / 2, box.y() + box.height() / 2,
                MESH_ROOM * Math.max(box.width(), box.height()), roll);
    }

    private static List<FaceCrop> crops(Picture picture, List<Found> faces) {
        return faces.stream()
                .sorted(Comparator.comparingDouble((Found face) -> face.box.area()).reversed())
                .limit(FrameLimits.MAX_FACES)
                .map(face -> crop(picture, face))
                .toList();
    }

    private static FaceCrop crop(Picture picture, Found found) {
        DetectedFace face = new DetectedFace(found.box, found.points.keyPoints(), found.confidence,
                Math.toDegrees(found.points.roll()), Math.toDegrees(found.points.yaw()));
        return Crops.around(picture, face);
    }

    private static FaceCrop mirrored(FaceCrop crop, int width) {
        DetectedFace face = crop.face();
        Box box = face.box();
        KeyPoints points = face.keyPoints();
        return new FaceCrop(new DetectedFace(
                new Box(width - box.x() - box.width(), box.y(), box.width(), box.height()),
                new KeyPoints(mirrored(points.leftEye(), width), mirrored(points.rightEye(), width),
                        mirrored(points.noseTip(), width), mirrored(points.mouthLeft(), width),
                        mirrored(points.mouthRight(), width)),
                face.confidence(), -face.roll(), face.yaw()), crop.crop(), crop.cropPoints());
    }

    private static Point mirrored(Point point, int width) {
        return new Point(width - point.x(), point.y());
    }

    @Override
    public void close() {
        shortRange.close();
        fullRange.close();
        mesh.close();
    }
}
