package io.hsaw.facedetector;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.KeyPoints;
import io.hsaw.contracts.Point;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlazeFaceTest {

    private static final Point MOUTH = new Point(50, 90);

    private static BlazeFace.Candidate candidate(Point rightEye, Point leftEye, Point nose, Point rightEar,
            Point leftEar) {
        return new BlazeFace.Candidate(new Box(0, 0, 100, 100),
                List.of(rightEye, leftEye, nose, MOUTH, rightEar, leftEar), 0.9);
    }

    private static BlazeFace.Candidate frontal() {
        return candidate(new Point(30, 40), new Point(70, 40), new Point(50, 65), new Point(5, 50), new Point(95, 50));
    }

    @Test
    void theEyesOfAFrontalFaceStayWhereTheyAre() {
        KeyPoints points = frontal().keyPoints();

        assertEquals(new Point(30, 40), points.rightEye());
        assertEquals(new Point(70, 40), points.leftEye());
        assertEquals(new Point(50, 65), points.noseTip());
    }

    @Test
    void fromTheSideTheEyeLineIsLevelWhateverTheTwoEyesSay() {
        KeyPoints points = candidate(new Point(49, 43), new Point(51, 37), new Point(80, 65), new Point(5, 50),
                new Point(9, 50)).keyPoints();

        assertEquals(0, Math.toDegrees(Math.atan2(points.leftEye().y() - points.rightEye().y(),
                points.leftEye().x() - points.rightEye().x())), 7);
        assertEquals(50, (points.leftEye().x() + points.rightEye().x()) / 2, 1e-9);
        assertEquals(40, (points.leftEye().y() + points.rightEye().y()) / 2, 1e-9);
        assertTrue(points.rightEye().x() < points.leftEye().x());
    }

    @Test
    void theHeadIsTurnedToWhereItsNosePoints() {
        BlazeFace.Candidate left = candidate(new Point(49, 40), new Point(60, 40), new Point(80, 65), new Point(5, 50),
                new Point(45, 50));
        BlazeFace.Candidate right = candidate(new Point(40, 40), new Point(51, 40), new Point(20, 65),
                new Point(55, 50), new Point(95, 50));

        assertEquals(0, frontal().yaw(0), 1e-9);
        assertTrue(Math.toDegrees(left.yaw(0)) > 45, "towards the person's own left");
        assertEquals(-left.yaw(0), right.yaw(0), 1e-9);
    }

    @Test
    void turningTheFaceInThePictureIsNoYaw() {
        Point centre = new Point(50, 50);
        double roll = Math.toRadians(30);
        BlazeFace.Candidate turned = new BlazeFace.Candidate(new Box(0, 0, 100, 100),
                frontal().points().stream().map(point -> turned(point, centre, roll)).toList(), 0.9);

        assertEquals(roll, turned.roll(), 1e-9);
        assertEquals(0, turned.yaw(roll), 1e-9);
    }

    private static Point turned(Point point, Point centre, double angle) {
        double x = point.x() - centre.x();
        double y = point.y() - centre.y();
        return new Point(centre.x() + Math.cos(angle) * x - Math.sin(angle) * y,
                centre.y() + Math.sin(angle) * x + Math.cos(angle) * y);
    }
}
