package io.hsaw.facedetector;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hsaw.contracts.Box;
import io.hsaw.contracts.Point;
import org.junit.jupiter.api.Test;

class MeshPointsTest {

    @Test
    void yawIsPositiveWhenTheOwnLeftSideLiesDeeper() {
        MeshPoints points = points(new int[] {234, 454}, 100, 50, 0, 200, 50, 100);
        assertEquals(45, Math.toDegrees(points.yaw()), 1e-9);
    }

    @Test
    void rollIsPositiveWhenTheOwnLeftEyeLiesLower() {
        MeshPoints points = points(new int[] {33, 133, 159, 145, 362, 263, 386, 374}, 10, 10, 0, 10, 10, 0, 10, 10, 0,
                10, 10, 0, 40, 40, 0, 40, 40, 0, 40, 40, 0, 40, 40, 0);
        assertEquals(45, Math.toDegrees(points.roll()), 1e-9);
        assertEquals(new Point(40, 40), points.keyPoints().leftEye());
        assertEquals(new Point(10, 10), points.keyPoints().rightEye());
    }

    @Test
    void theBoxHoldsAllPoints() {
        assertEquals(new Box(-5, 0, 25, 30), points(new int[] {7, 8}, -5, 30, 0, 20, 0, 0).box());
    }

    private static MeshPoints points(int[] indices, double... xyz) {
        double[] coordinates = new double[MeshPoints.COUNT * 3];
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(xyz, i * 3, coordinates, indices[i] * 3, 3);
        }
        return new MeshPoints(coordinates, 1);
    }
}
