package io.hsaw.facedetector;

import static org.bytedeco.opencv.global.opencv_imgproc.INTER_AREA;
import static org.bytedeco.opencv.global.opencv_imgproc.resize;

import io.hsaw.contracts.DetectedFace;
import io.hsaw.contracts.FaceCrop;
import io.hsaw.contracts.FrameLimits;
import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.Point;
import io.hsaw.contracts.RgbImage;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;

/** Cuts the surroundings of a face out of a picture, not yet turned upright. */
final class Crops {

    /** Side of the upright square that must fit into the crop, over the longer side of the face's box. */
    private static final double ROOM = 1.6;

    private Crops() {
    }

    /**
     * The part of the picture in which the square of {@value #ROOM} boxes, centred on the nose tip and turned with the
     * head, fits as far as the picture reaches; scaled down where it is longer than {@link FrameLimits#MAX_CROP_SIDE}.
     */
    static FaceCrop around(Picture picture, DetectedFace face) {
        double roll = Math.toRadians(face.roll());
        double half = ROOM / 2 * Math.max(face.box().width(), face.box().height())
                * (Math.abs(Math.cos(roll)) + Math.abs(Math.sin(roll)));
        Point nose = face.keyPoints().noseTip();
        int left = clamp(Math.floor(nose.x() - half), picture.width() - 1);
        int top = clamp(Math.floor(nose.y() - half), picture.height() - 1);
        int width = Math.max(1, clamp(Math.ceil(nose.x() + half), picture.width()) - left);
        int height = Math.max(1, clamp(Math.ceil(nose.y() + half), picture.height()) - top);

        double scale = Math.min(1, (double) FrameLimits.MAX_CROP_SIDE / Math.max(width, height));
        int scaledWidth = Math.max(1, (int) Math.round(width * scale));
        int scaledHeight = Math.max(1, (int) Math.round(height * scale));
        try (Rect rect = new Rect(left, top, width, height);
                Mat part = new Mat(picture.mat(), rect);
                Mat pixels = new Mat();
                Size size = new Size(scaledWidth, scaledHeight)) {
            if (scale < 1) {
                resize(part, pixels, size, 0, 0, INTER_AREA);
            } else {
                part.copyTo(pixels);
            }
            byte[] rgb = new byte[scaledWidth * scaledHeight * 3];
            pixels.data().get(rgb);
            double scaleX = (double) scaledWidth / width;
            double scaleY = (double) scaledHeight / height;
            KeyPoints points = face.keyPoints();
            return new FaceCrop(face, new RgbImage(scaledWidth, scaledHeight, rgb), new KeyPoints(
                    moved(points.leftEye(), left, top, scaleX, scaleY),
                    moved(points.rightEye(), left, top, scaleX, scaleY),
                    moved(points.noseTip(), left, top, scaleX, scaleY),
                    moved(points.mouthLeft(), left, top, scaleX, scaleY),
                    moved(points.mouthRight(), left, top, scaleX, scaleY)));
        }
    }

    private static Point moved(Point point, int left, int top, double scaleX, double scaleY) {
        return new Point((point.x() - left) * scaleX, (point.y() - top) * scaleY);
    }

    private static int clamp(double value, int max) {
        return (int) Math.max(0, Math.min(max, value));
    }
}
