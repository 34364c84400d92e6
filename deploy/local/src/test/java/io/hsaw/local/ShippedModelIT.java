package io.hsaw.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.FaceCrop;
import io.hsaw.facedetector.FaceDetector;
import io.hsaw.facedetector.Picture;
import io.hsaw.halffacesplitter.HalfFaceSplitter;
import io.hsaw.network.HsawModel;
import io.hsaw.network.NetworkSettings;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The models that come with hsaw, on the pictures that come with it. */
class ShippedModelIT {

    private static final Path MODEL = Path.of(System.getProperty("hsaw.root"), "models", "fer2013-raf-db");

    @ParameterizedTest
    @CsvSource({"astronaut.png, -20", "astronaut.png, 20", "grace_hopper.jpg, -20", "grace_hopper.jpg, 20"})
    void aFaceThatIsTurnedKeepsItsExpression(String name, double degrees) throws Exception {
        try (HsawModel model = HsawModel.load(MODEL, NetworkSettings.AUTO)) {
            assertEquals(expression(model, TestPictures.png(name)),
                    expression(model, TestPictures.turned(name, degrees)));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"fer2013", "raf-db", "fer2013-raf-db"})
    void everyShippedModelCanBeLoadedAndSaysWhatItsHalvesSay(String name) throws Exception {
        try (HsawModel model = HsawModel.load(MODEL.resolveSibling(name), NetworkSettings.AUTO)) {
            assertEquals(name, model.card().name());
            assertEquals(6, model.card().halves().changes().size());
            assertTrue(model.card().halves().changes().stream().allMatch(change -> change.ownContribution() > 0));
        }
    }

    private static Expression expression(HsawModel model, byte[] picture) throws Exception {
        try (Picture decoded = Picture.decode(picture); FaceDetector detector = new FaceDetector()) {
            List<FaceCrop> faces = detector.detect(decoded, false);
            assertEquals(1, faces.size());
            double[] fused = model.predict(List.of(
                    HalfFaceSplitter.split(faces.get(0).crop(), faces.get(0).cropPoints()))).get(0).fused();
            return Arrays.stream(Expression.values())
                    .max(Comparator.comparingDouble(expression -> fused[expression.ordinal()])).orElseThrow();
        }
    }
}
