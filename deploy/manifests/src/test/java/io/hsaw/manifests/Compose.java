package io.hsaw.manifests;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import io.hsaw.messaging.MessagingConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import kafka.server.KafkaConfig;
import org.apache.kafka.common.utils.AppInfoParser;
import org.apache.kafka.server.config.AbstractKafkaConfig;

/** Checks of the compose file and the settings of the Prometheus that it starts. */
final class Compose {

    private static final String FILE = "compose/compose.yaml";
    private static final Path FOLDER = Manifests.ROOT.resolve("deploy/compose");

    private final Manifests manifests;
    private final JsonNode file;

    private Compose(Manifests manifests) {
        this.manifests = manifests;
        this.file = manifests.yaml(FILE);
    }

    static void check(Manifests manifests) {
        Compose compose = new Compose(manifests);
        Manifests.assertValid("compose-spec.json", compose.file, FILE);
        for (Service service : Service.values()) {
            compose.checkService(service, compose.file.at("/services/" + service.stage));
        }
        compose.checkBroker(compose.file.at("/services/kafka"));
        compose.checkMounts();
        compose.checkPrometheus();
        compose.checkGrafana();
    }

    private void checkService(Service service, JsonNode found) {
        assertEquals("hsaw/" + service.stage + ":" + Manifests.version(), found.at("/image").asText());
        JsonNode build = found.at("/build");
        assertEquals(service.stage, build.at("/target").asText());
        assertEquals(Manifests.ROOT.normalize(), FOLDER.resolve(build.at("/context").asText()).normalize());
        assertTrue(Files.isRegularFile(Manifests.ROOT.resolve(build.at("/dockerfile").asText())), build::toString);

        Map<String, String> environment = environment(found);
        environment.keySet().forEach(name -> assertTrue(service.variables().contains(name), name));
        MessagingConfig messaging = service.messaging(environment);
        assertEquals(advertised("PLAINTEXT"), messaging.bootstrap());
        assertTrue(found.at("/deploy/replicas").asInt() <= messaging.partitions(), "replicas without partitions");

        JsonNode test = found.at("/healthcheck/test");
        assertEquals("http://127.0.0.1:" + service.managementPort() + Kubernetes.READY,
                test.get(test.size() - 1).asText());
        assertTrue(found.at("/read_only").asBoolean());
        assertEquals(Containerfile.of(manifests, service).home(), found.at("/volumes/0").asText(), "where it writes");
        for (JsonNode volume : found.at("/volumes")) {
            String[] parts = volume.asText().split(":");
            assertTrue(parts.length == 1 || Containerfile.of(manifests, service).owned().contains(parts[1]),
                    () -> volume + " would be root's");
        }
    }

    private void checkBroker(JsonNode kafka) {
        assertEquals("docker.io/apache/kafka:" + AppInfoParser.getVersion(), kafka.at("/image").asText());
        Properties settings = new Properties();
        environment(kafka).forEach((name, value) ->
                settings.put(name.replaceFirst("^KAFKA_", "").toLowerCase(Locale.ROOT).replace('_', '.'), value));
        assertTrue(AbstractKafkaConfig.CONFIG_DEF.names().containsAll(settings.stringPropertyNames()),
                settings::toString);
        assertDoesNotThrow(() -> KafkaConfig.fromProps(settings, false), "as the broker reads them");
        Map<String, String> inside = listeners(settings, "listeners");
        assertEquals(advertised("HOST") + inside.get("HOST"), kafka.at("/ports/0").asText());
        assertEquals("kafka" + inside.get("PLAINTEXT"), advertised("PLAINTEXT"));
        JsonNode test = kafka.at("/healthcheck/test");
        assertEquals(inside.get("PLAINTEXT"), ":" + test.get(test.size() - 1).asText());
    }

    private String advertised(String listener) {
        Properties settings = new Properties();
        settings.putAll(environment(file.at("/services/kafka")));
        return listeners(settings, "KAFKA_ADVERTISED_LISTENERS").get(listener);
    }

    /** Host and port by the name of the listener. */
    private static Map<String, String> listeners(Properties settings, String name) {
        Map<String, String> listeners = new TreeMap<>();
        for (String listener : settings.getProperty(name).split(",")) {
            listeners.put(listener.split("://")[0], listener.split("://")[1]);
        }
        return listeners;
    }

    /** What is mounted is in the project, or a volume of the file. */
    private void checkMounts() {
        for (JsonNode service : file.at("/services")) {
            for (JsonNode volume : service.at("/volumes")) {
                String[] parts = volume.asText().split(":");
                if (parts[0].startsWith(".")) {
                    assertTrue(Files.exists(FOLDER.resolve(parts[0])), volume::asText);
                } else if (parts.length > 1) {
                    assertTrue(file.at("/volumes").has(parts[0]), volume::asText);
                }
            }
        }
    }

    private void checkPrometheus() {
        Set<String> jobs = new HashSet<>();
        for (JsonNode job : manifests.yaml("compose/prometheus.yml").at("/scrape_configs")) {
            Service service = Service.valueOf(
                    job.at("/job_name").asText().toUpperCase(Locale.ROOT).replace('-', '_'));
            assertEquals(Kubernetes.METRICS, job.at("/metrics_path").asText());
            JsonNode names = job.at("/dns_sd_configs/0");
            assertEquals(service.stage, names.at("/names/0").asText());
            assertEquals(service.managementPort(), names.at("/port").asInt());
            jobs.add(service.stage);
        }
        assertEquals(Service.values().length, jobs.size(), jobs::toString);
    }

    private void checkGrafana() {
        Map<String, String> environment = environment(file.at("/services/grafana"));
        assertTrue(file.at("/services").has(
                environment.get("HSAW_PROMETHEUS_URL").replaceFirst("^http://(\\w+):9090$", "$1")));
        assertEquals("$HSAW_PROMETHEUS_URL",
                manifests.yaml("grafana/provisioning/datasources/prometheus.yml").at("/datasources/0/url").asText());
        assertEquals("$HSAW_DASHBOARDS",
                manifests.yaml("grafana/provisioning/dashboards/hsaw.yml").at("/providers/0/options/path").asText());
        assertTrue(file.at("/services/grafana/volumes").toString()
                .contains("../grafana/dashboards:" + environment.get("HSAW_DASHBOARDS") + ":ro"));
    }

    private static Map<String, String> environment(JsonNode service) {
        return Manifests.JSON.convertValue(service.at("/environment"), new TypeReference<>() {
        });
    }
}
