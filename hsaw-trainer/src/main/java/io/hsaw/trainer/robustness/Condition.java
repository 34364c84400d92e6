package io.hsaw.trainer.robustness;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.RgbImage;
import io.hsaw.facedetector.Picture;
import io.hsaw.halffacesplitter.CanonicalFrame;
import io.hsaw.trainer.dataset.FacePlace;
import io.hsaw.trainer.dataset.SampleRef;
import io.hsaw.trainer.picture.Pixels;
import java.util.ArrayList;
import java.util.List;

/**
 * One change to all pictures, made before a face is looked for.
 *
 * @param kind   of the change
 * @param series tells lines of one plot apart, such as which part is covered
 * @param level  how strong it is
 * @param change what is done
 */
record Condition(Kind kind, String series, String level, Change change) {

    /** What is done to a picture. */
    interface Change {

        /** The changed picture as a file. */
        byte[] apply(RgbImage picture, CanonicalFrame face);

        /** Where the labelled region is then. */
        default Box region(Box region, CanonicalFrame face) {
            return region;
        }

        /** Whether a picture with such a face is changed at all. */
        default boolean concerns(CanonicalFrame face) {
            return true;
        }
    }

    /** Raise it when a change is made in another way, so that older results are not taken for the same. */
    static final int VERSION = 1;

    private static final double FACE_WIDTH = 224;

    /** Every condition but the side view, for which nothing is changed. */
    static List<Condition> all() {
        List<Condition> all = new ArrayList<>();
        for (int sigma : new int[] {1, 2, 4, 8}) {
            add(all, Kind.BLUR, sigma, (picture, face) ->
                    Pixels.encoded(Pixels.blurred(picture, sigma * face.side() / FACE_WIDTH)));
        }
        for (double light : new double[] {0.5, 0.25, 0.12, 0.06}) {
            add(all, Kind.DARKNESS, light, (picture, face) ->
                    Pixels.encoded(Pixels.toned(picture, level -> light * level)));
        }
        for (int quality : new int[] {50, 20, 10, 5}) {
            add(all, Kind.JPEG, quality, (picture, face) -> Pixels.jpeg(picture, quality));
        }
        add(all, Kind.GREY, "grey", (picture, face) -> Pixels.encoded(Pixels.grey(picture)));
        for (int noise : new int[] {0, 8, 16}) {
            add(all, Kind.INFRARED, noise, (picture, face) -> Pixels.encoded(Pixels.infrared(picture, noise)));
        }
        for (int sign : new int[] {1, -1}) {
            for (int degrees : new int[] {15, 30, 45}) {
                all.add(new Condition(Kind.ROLL, sign > 0 ? "clockwise" : "anticlockwise", String.valueOf(degrees),
                        new Turn(sign * degrees)));
            }
        }
        for (double share : new double[] {0.25, 0.5}) {
            double rest = 0.5 - share;
            cover(all, "upper", share, -0.5, -0.5, 0.5, -rest);
            cover(all, "lower", share, -0.5, rest, 0.5, 0.5);
            // the person's left is the image's right
            cover(all, "left", share, rest, -0.5, 0.5, 0.5);
            cover(all, "right", share, -0.5, -0.5, -rest, 0.5);
        }
        for (int width : new int[] {96, 64, 48, 32, 24, 16}) {
            add(all, Kind.SIZE, width, new Reduction(width));
        }
        return List.copyOf(all);
    }

    private static void add(List<Condition> all, Kind kind, Object level, Change change) {
        all.add(new Condition(kind, kind.label(), String.valueOf(level), change));
    }

    private static void cover(List<Condition> all, String part, double share, double left, double top, double right,
            double bottom) {
        all.add(new Condition(Kind.OCCLUSION, part, String.valueOf(share), (picture, face) ->
                Pixels.encoded(Pixels.covered(picture, face, left, top, right, bottom))));
    }

    /** @param degrees clockwise, about the face's middle */
    private record Turn(double degrees) implements Change {
        @Override
        public byte[] apply(RgbImage picture, CanonicalFrame face) {
            return Pixels.encoded(Pixels.turned(picture, face.centreX(), face.centreY(), degrees));
        }

        /** A box of the same size about where the region's middle is now. */
        @Override
        public Box region(Box region, CanonicalFrame face) {
            double cos = Math.cos(Math.toRadians(degrees));
            double sin = Math.sin(Math.toRadians(degrees));
            double dx = region.x() + region.width() / 2 - face.centreX();
            double dy = region.y() + region.height() / 2 - face.centreY();
            return new Box(face.centreX() + cos * dx - sin * dy - region.width() / 2,
                    face.centreY() + sin * dx + cos * dy - region.height() / 2, region.width(), region.height());
        }
    }

    /** @param width of the face afterwards, in pixels */
    private record Reduction(int width) implements Change {
        @Override
        public byte[] apply(RgbImage picture, CanonicalFrame face) {
            return Pixels.encoded(Pixels.reduced(picture, factor(face)));
        }

        @Override
        public Box region(Box region, CanonicalFrame face) {
            double factor = factor(face);
            return new Box(factor * region.x(), factor * region.y(), factor * region.width(), factor * region.height());
        }

        @Override
        public boolean concerns(CanonicalFrame face) {
            return face.side() > width;
        }

        private double factor(CanonicalFrame face) {
            return width / face.side();
        }
    }

    /** For people. */
    String name() {
        return (series.equals(kind.label()) ? series : kind.label() + " " + series) + " " + level;
    }

    /** The sample with its picture changed, once it is read; the same where the change does not concern it. */
    SampleRef of(SampleRef sample, FacePlace place) {
        CanonicalFrame face = place.frame();
        if (!change.concerns(face)) {
            return sample;
        }
        Box region = sample.region() == null ? null : change.region(sample.region(), face);
        return new SampleRef(sample.id(), sample.label(), sample.split(), sample.faceCrop(), region, sample.place(), () -> {
            try (Picture picture = sample.read().decode()) {
                return change.apply(picture.rgb(), face);
            }
        });
    }
}
