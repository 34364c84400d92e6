package io.hsaw.trainer.dataset;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.FaceCrop;
import io.hsaw.contracts.RgbImage;
import io.hsaw.facedetector.FaceDetector;
import io.hsaw.facedetector.Picture;
import io.hsaw.halffacesplitter.CanonicalFrame;
import io.hsaw.halffacesplitter.HalfFaceSplitter;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Brings a sample's face into the canonical framing by the code of the live pipeline, so that a sample gets the same
 * probabilities here and there. A sample in which no face is found still counts: its centre line is used. Holds native
 * networks: one per thread, to be closed.
 */
public final class SampleFramer implements AutoCloseable {

    /** Part of every cache's key: raise it when the same sample would come out different. */
    public static final int VERSION = 2;

    /** A face that overlaps the labelled region less than this is another one. */
    private static final double LEAST_OVERLAP = 0.2;

    private final FaceDetector detector = new FaceDetector();

    /**
     * The sample's half faces.
     *
     * @throws DataSetException if its picture cannot be decoded; names the file
     */
    public FramedSample frame(Sample sample) throws DataSetException {
        try (Picture picture = sample.decode()) {
            return face(picture, sample.region())
                    .map(face -> new FramedSample(HalfFaceSplitter.split(face.crop(), face.cropPoints()), true))
                    .orElseGet(() -> centreLine(part(picture.rgb(), known(sample.region(), picture))));
        }
    }

    /**
     * Where the sample's face is.
     *
     * @throws DataSetException if its picture cannot be decoded; names the file
     */
    public FacePlace place(Sample sample) throws DataSetException {
        try (Picture picture = sample.decode()) {
            return face(picture, sample.region()).map(FaceCrop::face)
                    .map(face -> new FacePlace(CanonicalFrame.of(face.keyPoints()), face.yaw()))
                    .orElseGet(() -> FacePlace.unfound(known(sample.region(), picture)));
        }
    }

    private Optional<FaceCrop> face(Picture picture, Box region) {
        return found(picture, region).or(() -> detector.detectIn(picture, known(region, picture)));
    }

    /** The region that shows a face: all of the picture where none is labelled. */
    private static Box known(Box region, Picture picture) {
        return region == null ? new Box(0, 0, picture.width(), picture.height()) : region;
    }

    private Optional<FaceCrop> found(Picture picture, Box region) {
        List<FaceCrop> largestFirst = detector.detect(picture, false);
        if (region == null) {
            return largestFirst.stream().findFirst();
        }
        return largestFirst.stream().max(Comparator.comparingDouble(face -> face.face().box().overlap(region)))
                .filter(face -> face.face().box().overlap(region) >= LEAST_OVERLAP);
    }

    private static FramedSample centreLine(RgbImage crop) {
        return new FramedSample(HalfFaceSplitter.split(crop,
                HalfFaceSplitter.centreLinePoints(crop.width(), crop.height())), false);
    }

    /** The region as far as it lies in the picture; at least one pixel. */
    static RgbImage part(RgbImage picture, Box region) {
        int left = clamp(region.x(), picture.width() - 1);
        int top = clamp(region.y(), picture.height() - 1);
        int width = Math.max(1, clamp(region.x() + region.width(), picture.width()) - left);
        int height = Math.max(1, clamp(region.y() + region.height(), picture.height()) - top);
        byte[] pixels = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            System.arraycopy(picture.pixels(), 3 * ((top + y) * picture.width() + left), pixels, 3 * y * width,
                    3 * width);
        }
        return new RgbImage(width, height, pixels);
    }

    private static int clamp(double value, int max) {
        return (int) Math.max(0, Math.min(max, Math.round(value)));
    }

    @Override
    public void close() {
        detector.close();
    }
}
