package io.hsaw.inference.service;

import io.hsaw.contracts.Expression;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.ModelRef;
import io.hsaw.contracts.Topics;
import io.hsaw.inference.Cameras;
import io.hsaw.inference.ExpressionReader;
import io.hsaw.inference.ReplyMaker;
import io.hsaw.inference.TrackSettings;
import io.hsaw.inference.Tracks;
import io.hsaw.messaging.Delivery;
import io.hsaw.messaging.HopSettings;
import io.hsaw.messaging.TopicSetup;
import io.hsaw.messaging.TransactionalHop;
import io.hsaw.network.Prediction;
import io.hsaw.network.Temperatures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Stage 3 between its topics, here or as a process to be killed, with a formula of a face's first pixel in place of the
 * network: the same numbers in every process and batch.
 */
final class InferenceHop {

    static final int PARTITIONS = 2;

    private InferenceHop() {
    }

    /** The broker, the replica's name and the silence after which a camera's tracks end. */
    public static void main(String[] args) {
        start(args[0], args[1], Duration.parse(args[2]), Delivery.EXACTLY_ONCE);
    }

    static TransactionalHop start(String bootstrap, String replica, Duration silence, Delivery delivery) {
        Tracks tracks = new Tracks(TrackSettings.DEFAULT);
        ModelRef formula = new ModelRef("formula", "1");
        RunningModel model = new RunningModel(formula, null, new ExpressionReader(InferenceHop::predict),
                new ReplyMaker(formula, new Temperatures(1, 1, 1), 0.5, tracks), () -> { });
        InferenceStage stage = new InferenceStage(new ModelInUse(model, true), new Cameras(tracks, silence, 100), 8);
        TransactionalHop hop = new TransactionalHop(
                new HopSettings(InferenceStage.NAME, Topics.HALF_FACES, bootstrap, delivery, replica),
                topics(bootstrap), stage, () -> System.exit(1));
        hop.start();
        return hop;
    }

    static TopicSetup topics(String bootstrap) {
        return new TopicSetup(bootstrap, Topics.all(), PARTITIONS, 1);
    }

    static Process process(String bootstrap, String replica, Duration silence) throws IOException {
        return new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx128m",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager", "-cp",
                System.getProperty("java.class.path"), InferenceHop.class.getName(), bootstrap, replica,
                silence.toString()).inheritIO().start();
    }

    private static List<Prediction> predict(List<HalfFacePair> faces) {
        return faces.stream().map(face -> {
            double[] logits = new double[Expression.COUNT];
            for (int i = 0; i < logits.length; i++) {
                logits[i] = 3 * Math.sin(face.left().pixels()[0] / 10.0 + i);
            }
            return new Prediction(logits, logits, logits, 0.5, 0.5);
        }).toList();
    }
}
