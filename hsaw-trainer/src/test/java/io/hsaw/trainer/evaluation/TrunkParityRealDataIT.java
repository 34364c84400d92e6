package io.hsaw.trainer.evaluation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.hsaw.contracts.HalfFacePair;
import io.hsaw.network.NetworkSettings;
import io.hsaw.network.NetworkSettings.Device;
import io.hsaw.network.NetworkSettings.Precision;
import io.hsaw.network.TrunkParity;
import io.hsaw.network.trunk.TrunkPlan;
import io.hsaw.trainer.dataset.DataSet;
import io.hsaw.trainer.dataset.DataSetFormat;
import io.hsaw.trainer.dataset.FramedSample;
import io.hsaw.trainer.dataset.ParallelFramer;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The fast trunk against the reference with the shipped model, on faces of FER2013's PublicTest framed as everywhere; run
 * only with {@code -Dhsaw.shared=FOLDER}.
 */
class TrunkParityRealDataIT {

    private static final Logger LOG = Logger.getLogger(TrunkParityRealDataIT.class);
    private static final Path MODEL = Path.of(System.getProperty("hsaw.root"), "models", "fer2013-raf-db");
    private static final int FACES = 500;
    /** Without instructions for it, 16 bits are emulated and slow. */
    private static final int FACES_EMULATED = 50;
    /** Of so few, two near a tie are no sign of a fault. */
    private static final double SHARE_EMULATED = 0.96;
    private static final double SHARE = 0.99;

    private static List<HalfFacePair> faces;

    @BeforeAll
    static void frame() throws Exception {
        Path archive = Path.of(System.getProperty("hsaw.shared"), "data", "fer2013.zip");
        try (DataSet fer = DataSetFormat.FER2013.open(archive);
                ParallelFramer framer = new ParallelFramer(Runtime.getRuntime().availableProcessors())) {
            faces = framer.frame(spread(fer.samples("PublicTest"), FACES)).stream().map(FramedSample::halves).toList();
        }
    }

    @Test
    void with32BitsTheFastTrunkReadsFacesAsTheReferenceDoes() throws Exception {
        TrunkParity parity = TrunkParity.measure(MODEL, Precision.FP32, faces);

        LOG.infof("fp32: %s", parity);
        assertEquals(FACES, parity.faces());
        assertTrue(parity.logits() <= 1e-4 && parity.probabilities() <= 1e-4, parity.toString());
    }

    @Test
    void with16BitsFacesKeepTheirExpression() throws Exception {
        TrunkPlan plan = TrunkPlan.choose(new NetworkSettings(Device.CPU, Precision.AUTO, 0), 0);
        boolean emulated = plan.precision() != Precision.BF16;
        List<HalfFacePair> some = emulated ? spread(faces, FACES_EMULATED) : faces;

        TrunkParity parity = TrunkParity.measure(MODEL, Precision.BF16, some);

        LOG.infof("bf16, %s: %s", emulated ? "emulated, so only " + FACES_EMULATED + " faces" : plan.reason(), parity);
        assertEquals(emulated ? FACES_EMULATED : FACES, parity.faces());
        assertTrue(parity.sameExpression() >= (emulated ? SHARE_EMULATED : SHARE) * parity.faces(), parity.toString());
    }

    /** So many, at equal distances. */
    private static <T> List<T> spread(List<T> all, int n) {
        return IntStream.range(0, n).mapToObj(i -> all.get(i * all.size() / n)).toList();
    }
}
