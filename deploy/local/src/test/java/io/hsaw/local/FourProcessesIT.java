package io.hsaw.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The broker and the three services, each as the process it is packaged as. */
class FourProcessesIT {

    @Test
    void aPictureGoesThroughFourProcesses(@TempDir Path folder) throws Exception {
        Path model = folder.resolve("model");
        UntrainedModel.write(model);
        try (JavaProcess broker = JavaProcess.hsaw("broker", "--data", folder.resolve("data").toString(), "--port", "0")) {
            String address = broker.awaitOutput("Kafka broker at (\\S+),");
            try (JavaProcess inference = service("hsaw-inference", address, "-Dhsaw.inference.model=" + model);
                    JavaProcess splitter = service("half-face-splitter", address);
                    JavaProcess detector = service("face-detector", address);
                    JavaProcess publish = JavaProcess.hsaw("publish", "--bootstrap", address, "--camera", "door",
                            TestPictures.path("grace_hopper.jpg").toString());
                    JavaProcess events = JavaProcess.hsaw("events", "--bootstrap", address, "--camera", "door",
                            "--from-beginning", "--count", "1", "--readable")) {
                assertEquals(0, publish.exitCode(), () -> publish.errors().toString());
                assertEquals(0, events.exitCode(), () -> events.errors().toString());
                List<String> lines = events.output();
                assertEquals(1, lines.size(), lines::toString);
                assertTrue(lines.get(0).matches(".*  door  .* \\d+ % \\(left \\w+, right \\w+\\)"), lines.get(0));
            }
        }
    }

    private static JavaProcess service(String module, String broker, String... more) throws Exception {
        String[] properties = new String[more.length + 2];
        properties[0] = "-Dkafka.bootstrap.servers=" + broker;
        properties[1] = "-Dquarkus.management.port=0";
        System.arraycopy(more, 0, properties, 2, more.length);
        return JavaProcess.service(module, properties);
    }
}
