package io.hsaw.manifests;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.hsaw.broker.testing.KafkaForTests;
import io.hsaw.broker.testing.KafkaRecords;
import io.hsaw.contracts.Topics;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The services as their images hold them, with frames going through. */
class DeployedSystemIT {

    private static final long PATIENCE_SECONDS = 60;

    @Test
    void imagesRunProbesAreAnsweredAndEveryQueryFindsItsSeries(@TempDir Path folder) throws Exception {
        Manifests manifests = Manifests.asTheyAre();
        Kubernetes kubernetes = Kubernetes.of(manifests);
        Map<Service, ServiceProcess> processes = new TreeMap<>();
        try (KafkaForTests kafka = KafkaForTests.start()) {
            try {
                for (Service service : Service.values()) {
                    processes.put(service, ServiceProcess.start(Containerfile.of(manifests, service), service.stage,
                            folder.resolve(service.stage), Map.of(Service.BOOTSTRAP, kafka.bootstrapServers(),
                                    "HSAW_MESSAGING_REPLICA", service.stage + "-0",
                                    "HSAW_TRAINER_DATA", folder.resolve("samples").toString(),
                                    "HSAW_TRAINER_MODEL_STORE", folder.resolve("model-store").toString(),
                                    "HSAW_INFERENCE_MODEL_STORE", folder.resolve("model-store").toString())));
                }
                for (Service service : Service.values()) {
                    for (String path : kubernetes.probePaths(service)) {
                        processes.get(service).await(path);
                    }
                }
                List<ProducerRecord<byte[], byte[]>> frames = List.of(frame(face()), frame(grey()),
                        frame("no picture".getBytes(StandardCharsets.UTF_8)));
                KafkaRecords.publish(kafka.bootstrapServers(), frames);
                KafkaRecords.read(kafka.bootstrapServers(), Topics.EMOTIONS, frames.size());

                assertEquals(Map.of(), missing(Dashboard.queries(manifests), processes));
            } finally {
                for (ServiceProcess process : processes.values()) {
                    process.close();
                }
            }
        }
    }

    /** What the queries do not find, as soon as that is nothing; gauges are brought up to date now and then only. */
    private static Map<String, List<String>> missing(Map<String, Query> queries, Map<Service, ServiceProcess> processes)
            throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            List<Series> served = new ArrayList<>();
            for (Map.Entry<Service, ServiceProcess> process : processes.entrySet()) {
                served.addAll(Series.parse(process.getValue().await(Kubernetes.METRICS), process.getKey().stage,
                        "127.0.0.1:" + process.getKey().managementPort()));
            }
            Map<String, List<String>> missing = new TreeMap<>();
            queries.forEach((place, query) -> missing.put(place, query.missingIn(served)));
            missing.values().removeIf(List::isEmpty);
            if (missing.isEmpty() || System.nanoTime() > end) {
                return missing;
            }
        }
    }

    private static ProducerRecord<byte[], byte[]> frame(byte[] picture) {
        return new ProducerRecord<>(Topics.FRAMES, "door".getBytes(StandardCharsets.UTF_8), picture);
    }

    private static byte[] face() throws IOException {
        return Files.readAllBytes(
                Manifests.ROOT.resolve("face-detector/src/test/resources/pictures/grace_hopper.jpg"));
    }

    /** A picture without a face. */
    private static byte[] grey() throws IOException {
        ByteArrayOutputStream picture = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(320, 240, BufferedImage.TYPE_BYTE_GRAY), "png", picture);
        return picture.toByteArray();
    }
}
