package io.hsaw.benchmarks;

import io.hsaw.broker.EmbeddedBroker;
import io.hsaw.contracts.Expression;
import io.hsaw.contracts.HalfFacePair;
import io.hsaw.contracts.LabeledFrame;
import io.hsaw.contracts.LabeledFrame.Split;
import io.hsaw.contracts.RecordCodec;
import io.hsaw.contracts.Topics;
import io.hsaw.contracts.TrainingCommand;
import io.hsaw.contracts.TrainingProgress;
import io.hsaw.contracts.TrainingProgress.Phase;
import io.hsaw.messaging.TopicSetup;
import io.hsaw.network.NetworkSettings;
import io.hsaw.network.NetworkSettings.Precision;
import io.hsaw.network.store.ModelStore;
import io.hsaw.network.training.TrainingEngine;
import io.hsaw.network.training.TrainingListener;
import io.hsaw.network.training.TrainingSettings;
import io.hsaw.network.training.Validation;
import io.hsaw.network.trunk.TrunkPlan;
import io.hsaw.network.weights.InitialWeights;
import io.hsaw.network.weights.Tensor;
import io.hsaw.trainer.dataset.Progress;
import io.hsaw.trainer.run.Trainer;
import io.hsaw.trainer.run.TrainerSettings;
import io.hsaw.trainer.samples.LogClients;
import io.hsaw.trainer.samples.SampleCopy;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * How fast hsaw-trainer trains as a service, broker, log and progress included, beside the training engine alone on the same
 * faces in memory, in turn, one epoch each, from the same random weights. A round of both comes first that does not count: the
 * virtual machine compiles meanwhile, on the cores that train. Prints a line a round and a table in Markdown.
 *
 * <p>Arguments: the model's directory, threads (2), rounds (6), faces per step (32).
 */
public final class TrainerBenchmark {

    private static final int VALIDATION = 32;
    /** Of an epoch, which is a round. */
    private static final int STEPS = 32;
    private static final int SIZE = 96;

    private final Path model;
    private final int threads;
    private final int rounds;
    private final int batch;
    private final int faces;

    private TrainerBenchmark(Path model, int threads, int rounds, int batch) {
        this.model = model;
        this.threads = threads;
        this.rounds = rounds;
        this.batch = batch;
        faces = STEPS * batch;
    }

    /** @param args the model's directory, threads, rounds, faces per step */
    public static void main(String[] args) throws Exception {
        new TrainerBenchmark(Path.of(args[0]), number(args, 1, 2), number(args, 2, 6), number(args, 3, 32)).run();
    }

    private static int number(String[] args, int at, int otherwise) {
        return args.length > at ? Integer.parseInt(args[at]) : otherwise;
    }

    private void run() throws Exception {
        Path folder = Files.createTempDirectory("hsaw-trainer-benchmark");
        try (EmbeddedBroker broker = EmbeddedBroker.start(folder.resolve("broker"), 0)) {
            LogClients clients = new LogClients(broker.bootstrapServers(), "benchmark");
            TopicSetup topics = new TopicSetup(broker.bootstrapServers(), Topics.learningLoop(), 1, 1);
            topics.ensure();
            publish(clients);
            TrainerSettings settings = new TrainerSettings("1", model, Precision.AUTO, threads, Duration.ofMinutes(1));
            try (SampleCopy samples = new SampleCopy(folder.resolve("data"), clients, topics, threads);
                    Trainer trainer = new Trainer(settings, clients, topics, samples, new ModelStore(folder.resolve("store")))) {
                samples.start();
                trainer.start();
                samples.awaitCaughtUp(Progress.NONE);
                double[] service = new double[rounds];
                double[] engine = new double[rounds];
                service(clients, "warm-up");
                engine(samples);
                for (int round = 0; round < rounds; round++) {
                    if (round % 2 == 0) {
                        service[round] = service(clients, "round-" + round);
                        engine[round] = engine(samples);
                    } else {
                        engine[round] = engine(samples);
                        service[round] = service(clients, "round-" + round);
                    }
                    System.err.printf(Locale.ROOT, "round %d of %d: service %.1f, engine %.1f faces/s%n", round + 1, rounds,
                            service[round], engine[round]);
                }
                print(service, engine);
            }
        } finally {
            delete(folder);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    private void publish(LogClients clients) throws IOException {
        try (KafkaProducer<byte[], byte[]> producer = clients.producer()) {
            for (int i = 0; i < faces + VALIDATION; i++) {
                LabeledFrame frame = new LabeledFrame(String.format(Locale.ROOT, "noise/%06d", i), "noise",
                        Expression.values()[i % Expression.COUNT], i < faces ? Split.TRAINING : Split.VALIDATION, true, null, null);
                ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(Topics.LABELED_FRAMES,
                        frame.sampleId().getBytes(StandardCharsets.UTF_8), noise(i));
                frame.headers("benchmark", Instant.now(), "image/png").forEach((name, value) ->
                        record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
                producer.send(record);
            }
        }
    }

    private static byte[] noise(long seed) throws IOException {
        BufferedImage image = new BufferedImage(48, 48, BufferedImage.TYPE_BYTE_GRAY);
        byte[] pixels = new byte[48 * 48];
        new Random(seed).nextBytes(pixels);
        image.getRaster().setDataElements(0, 0, 48, 48, pixels);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        return png.toByteArray();
    }

    /** Faces per second of a run, by its own progress: from its first update to its last. */
    private double service(LogClients clients, String runId) throws Exception {
        TrainingCommand.Settings settings = new TrainingCommand.Settings(null, SIZE, batch, null, 1, null, null, null, null, null,
                null, null, null, null, null);
        TrainingCommand command = TrainingCommand.start(runId, null, null, null, TrainingCommand.RANDOM, settings, Instant.now());
        try (KafkaProducer<byte[], byte[]> producer = clients.producer()) {
            producer.send(new ProducerRecord<>(Topics.TRAINING_COMMANDS, runId.getBytes(StandardCharsets.UTF_8),
                    RecordCodec.TRAINING_COMMANDS.encode(command))).get();
        }
        TopicPartition progress = new TopicPartition(Topics.TRAINING_PROGRESS, 0);
        try (KafkaConsumer<byte[], byte[]> reader = clients.reader()) {
            reader.assign(List.of(progress));
            reader.seekToBeginning(List.of(progress));
            while (true) {
                for (ConsumerRecord<byte[], byte[]> record : reader.poll(Duration.ofSeconds(1))) {
                    TrainingProgress now = RecordCodec.TRAINING_PROGRESS.decode(record.value());
                    if (now.runId().equals(runId) && now.phase().isEnd()) {
                        if (now.phase() != Phase.RELEASED) {
                            throw new IllegalStateException("the run did not end well: " + now);
                        }
                        return now.facesPerSecond();
                    }
                }
            }
        }
    }

    private double engine(SampleCopy samples) throws Exception {
        List<HalfFacePair> pairs = new ArrayList<>();
        for (int i = 0; i < faces; i++) {
            pairs.add(samples.halves(String.format(Locale.ROOT, "noise/%06d", i)).orElseThrow().packed().unpack());
        }
        TrainingSettings settings = TrainingSettings.modern().but().size(SIZE).batch(batch, batch).lasting(1, null).build();
        boolean bfloat16 = TrunkPlan.choose(new NetworkSettings(NetworkSettings.Device.CPU, Precision.AUTO, 0), 0).precision()
                == Precision.BF16;
        Map<String, Tensor> weights = InitialWeights.random(settings.seed());
        double[] rate = new double[1];
        try (TrainingEngine engine = new TrainingEngine(settings, weights, bfloat16, threads)) {
            engine.train(new TrainingBenchmark.Faces(pairs), new TrainingBenchmark.Faces(pairs.subList(0, VALIDATION)), null, new TrainingListener() {
                @Override
                public void step(Step step) {
                    rate[0] = step.facesPerSecond();
                }

                @Override
                public void validated(double epoch, Validation figures) {
                    // not looked at
                }
            });
        }
        return rate[0];
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return IntStream.of((sorted.length - 1) / 2, sorted.length / 2).mapToDouble(i -> sorted[i]).average().orElseThrow();
    }

    private void print(double[] service, double[] engine) {
        double[] shares = new double[rounds];
        Arrays.setAll(shares, round -> 100 * service[round] / engine[round]);
        System.out.printf(Locale.ROOT, "%d faces, crops of %d pixels, batch %d, %d threads, medians of %d rounds in turn%n%n", faces,
                SIZE, batch, threads, rounds);
        System.out.printf(Locale.ROOT, "| training | faces/s | share, by rounds (least to greatest) |%n|---|---|---|%n");
        System.out.printf(Locale.ROOT, "| engine alone, faces in memory | %.1f | 100 %% |%n", median(engine));
        System.out.printf(Locale.ROOT, "| as a service | %.1f | %.1f %% (%.1f to %.1f) |%n", median(service), median(shares),
                Arrays.stream(shares).min().orElseThrow(), Arrays.stream(shares).max().orElseThrow());
    }
}
