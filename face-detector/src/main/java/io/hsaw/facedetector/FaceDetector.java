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
import java.util.stream.IntStream;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/**
 * Finds faces. BlazeFace's short range network looks first, its full range network where the first finds no face or a
 * small one, and once more, tile by tile, where there is no large one; FaceMesh then gives the points of each face and
 * says whether it is one. Where it says no, as it does of profiles, a face that both of BlazeFace's networks see in a
 * close-up is one all the same, with BlazeFace's own points. Holds native networks: one per thread, to be closed.
 */
public final class FaceDetector implements AutoCloseable {

    /** Below this the mesh says that the detector was wrong. */
    private static final double MIN_FACE_FLAG = 0.5;
    /** Two boxes that overlap more than this show one face. */
    private static final double SAME_FACE_OVERLAP = 0.3;
    /** Part of the picture's longer side below which the short range network begins to miss faces. */
    private static final double SMALL_FACE = 0.2;
    /** Part of the detector's view below which a detected face must be seen again in a close-up. */
    private static final double COARSE_FACE = 0.33;
    /** View over the picture's longer side in which a face that fills the picture is found: a border of a quarter. */
    private static final double FILLING_FACE_ROOM = 1.5;
    /** Side of a tile over the picture's longer side: two of them overlap by more than a face that only they show. */
    private static final double TILE = 0.6;
    /** Least side of a tile in pixels: smaller ones would show nothing that the whole picture does not. */
    private static final double LEAST_TILE = 160;
    /** Greatest distance between tiles over their side. */
    private static final double TILE_STEP = 0.75;
    /** Side of the enlarged part over the longer side of the detected box, for the short range network. */
    private static final double CLOSE_UP_ROOM = 2.0;
    /** Likewise for the full range network, which expects smaller faces. */
    private static final double FULL_RANGE_ROOM = 3.0;
    /** Score in the close-up from which the full range network need not look again at what it has found itself. */
    private static final double SURE_SCORE = 0.7;
    /** Side of the mesh's input over the longer side of a box, as FaceMesh was trained. */
    private static final double MESH_ROOM = 1.5;

    private final BlazeFace shortRange = BlazeFace.shortRange();
    private final BlazeFace fullRange = BlazeFace.fullRange();
    private final FaceMesh mesh = new FaceMesh();

    /**
     * @param roll       in radians
     * @param yaw        in radians
     * @param confidence of the detector, 0 to 1
     */
    private record Found(KeyPoints points, Box box, double roll, double yaw, double confidence) {

        private static Found of(MeshPoints mesh, double confidence) {
            return new Found(mesh.keyPoints(), mesh.box(), mesh.roll(), mesh.yaw(), confidence);
        }

        private static Found of(BlazeFace.Candidate seen) {
            KeyPoints points = seen.keyPoints();
            double roll = Math.atan2(points.leftEye().y() - points.rightEye().y(),
                    points.leftEye().x() - points.rightEye().x());
            return new Found(points, seen.box(), roll, seen.yaw(roll), seen.score());
        }
    }

    /**
     * The faces of a picture, largest first, at most {@link FrameLimits#MAX_FACES}.
     *
     * @param mirrored the picture shows left and right exchanged, as a mirror does: crops come out as if it did not,
     *                 boxes and key points of the faces are in pixels of the picture as given
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
     * The face in a region that is known to show one; empty if none is seen there.
     *
     * @param region around the face from forehead to chin, in picture pixels
     */
    public Optional<FaceCrop> detectIn(Picture picture, Box region) {
        Optional<BlazeFace.Candidate> seen = closeUp(picture, shortRange, CLOSE_UP_ROOM, region);
        return seen.flatMap(candidate -> confirmed(picture, candidate))
                .or(() -> confirmed(picture, region, 0, 1))
                .or(() -> seen.filter(candidate -> alsoInFullRange(picture, candidate)).map(Found::of))
                .map(found -> crop(picture, found));
    }

    private List<Found> find(Picture picture) {
        List<Found> faces = new ArrayList<>();
        int longerSide = Math.max(picture.width(), picture.height());
        addFaces(picture, shortRange, longerSide, faces);
        if (faces.isEmpty() || faces.stream().anyMatch(face -> face.box.height() < SMALL_FACE * longerSide)) {
            addFaces(picture, fullRange, longerSide, faces);
        }
        if (TILE * longerSide >= LEAST_TILE
                && faces.stream().noneMatch(face -> face.box.height() >= SMALL_FACE * longerSide)) {
            addFacesByTiles(picture, (int) Math.ceil(TILE * longerSide), faces);
        }
        if (faces.isEmpty()) {
            addFaces(picture, shortRange, FILLING_FACE_ROOM * longerSide, faces);
        }
        return faces;
    }

    private void addFaces(Picture picture, BlazeFace detector, double span, List<Found> faces) {
        detector.detect(picture.mat(), span).forEach(candidate -> add(picture, detector, candidate, span, faces));
    }

    private void addFacesByTiles(Picture picture, int side, List<Found> faces) {
        int width = Math.min(side, picture.width());
        int height = Math.min(side, picture.height());
        for (int top : tiles(picture.height(), height)) {
            for (int left : tiles(picture.width(), width)) {
                try (Rect rect = new Rect(left, top, width, height); Mat part = new Mat(picture.mat(), rect)) {
                    fullRange.detect(part, side).forEach(
                            candidate -> add(picture, fullRange, candidate.movedBy(left, top), side, faces));
                }
            }
        }
    }

    /** Where tiles of a length begin that cover a longer length evenly. */
    private static int[] tiles(int length, int tile) {
        int steps = (int) Math.ceil((length - tile) / (TILE_STEP * tile));
        return IntStream.rangeClosed(0, steps).map(i -> steps == 0 ? 0 : (length - tile) * i / steps).toArray();
    }

    /** Adds the candidate if it is a face and not there yet. */
    private void add(Picture picture, BlazeFace detector, BlazeFace.Candidate candidate, double span,
            List<Found> faces) {
        Box box = candidate.box();
        if (isNew(box, faces)) {
            boolean large = Math.max(box.width(), box.height()) >= COARSE_FACE * span;
            Optional<BlazeFace.Candidate> seen = large && detector == shortRange ? Optional.of(candidate)
                    : closeUp(picture, shortRange, CLOSE_UP_ROOM, box);
            seen.flatMap(close -> confirmed(picture, close))
                    .or(() -> seen.filter(close -> detector == fullRange && close.score() >= SURE_SCORE
                            || alsoInFullRange(picture, close)).map(Found::of))
                    .filter(face -> isNew(face.box, faces))
                    .ifPresent(faces::add);
        }
    }

    private static boolean isNew(Box box, List<Found> faces) {
        return faces.stream().noneMatch(face -> face.box.overlap(box) > SAME_FACE_OVERLAP);
    }

    /**
     * The face in a box as a network sees it in the part of the picture around it, if it does. In the whole picture a
     * small face covers few of the network's input pixels: its eyes may be wrong by half their distance, and lettering
     * may look like one.
     */
    private Optional<BlazeFace.Candidate> closeUp(Picture picture, BlazeFace detector, double room, Box box) {
        double side = room * Math.max(box.width(), box.height());
        Point centre = centre(box);
        int left = (int) Math.max(0, centre.x() - side / 2);
        int top = (int) Math.max(0, centre.y() - side / 2);
        int right = (int) Math.min(picture.width(), centre.x() + side / 2);
        int bottom = (int) Math.min(picture.height(), centre.y() + side / 2);
        if (left >= right || top >= bottom) {
            return Optional.empty();
        }
        try (Rect rect = new Rect(left, top, right - left, bottom - top); Mat part = new Mat(picture.mat(), rect)) {
            return detector.detect(part, side).stream()
                    .map(candidate -> candidate.movedBy(left, top))
                    .min(Comparator.comparingDouble(candidate -> distance(centre(candidate.box()), centre)))
                    .filter(candidate -> distance(centre(candidate.box()), centre) < side / (2 * room));
        }
    }

    private boolean alsoInFullRange(Picture picture, BlazeFace.Candidate seen) {
        return closeUp(picture, fullRange, FULL_RANGE_ROOM, seen.box()).isPresent();
    }

    private static Point centre(Box box) {
        return new Point(box.x() + box.width() / 2, box.y() + box.height() / 2);
    }

    private static double distance(Point a, Point b) {
        return Math.hypot(a.x() - b.x(), a.y() - b.y());
    }

    private Optional<Found> confirmed(Picture picture, BlazeFace.Candidate candidate) {
        return confirmed(picture, candidate.box(), candidate.roll(), candidate.score());
    }

    /** Two passes of the mesh, the second on the region that the first one found; empty if it is no face. */
    private Optional<Found> confirmed(Picture picture, Box box, double roll, double confidence) {
        MeshPoints first = mesh.run(picture.mat(), meshRegion(box, roll));
        MeshPoints points = mesh.run(picture.mat(), meshRegion(first.box(), first.roll()));
        return points.faceFlag() < MIN_FACE_FLAG
                ? Optional.empty()
                : Optional.of(Found.of(points, confidence));
    }

    private static FaceMesh.Region meshRegion(Box box, double roll) {
        return new FaceMesh.Region(centre(box), MESH_ROOM * Math.max(box.width(), box.height()), roll);
    }

    private static List<FaceCrop> crops(Picture picture, List<Found> faces) {
        return faces.stream()
                .sorted(Comparator.comparingDouble((Found face) -> face.box.area()).reversed())
                .limit(FrameLimits.MAX_FACES)
                .map(face -> crop(picture, face))
                .toList();
    }

    private static FaceCrop crop(Picture picture, Found found) {
        DetectedFace face = new DetectedFace(found.box, found.points, found.confidence, Math.toDegrees(found.roll),
                Math.toDegrees(found.yaw));
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
