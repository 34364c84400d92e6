package io.hsaw.manifests;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.hsaw.messaging.MessagingConfig;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Checks of the Kubernetes manifests. */
final class Kubernetes {

    static final String READY = "/q/health/ready";
    static final String METRICS = "/q/metrics";

    private static final String FOLDER = "kubernetes/";
    private static final String KUSTOMIZATION = "kustomization.yaml";
    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.of(
            "v1/ConfigMap", ConfigMap.class,
            "v1/ServiceAccount", ServiceAccount.class,
            "v1/PersistentVolumeClaim", PersistentVolumeClaim.class,
            "v1/Service", io.fabric8.kubernetes.api.model.Service.class,
            "apps/v1/StatefulSet", StatefulSet.class,
            "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class);
    /** What KEDA's kafka scaler takes, of what is of use here. */
    private static final Set<String> KAFKA_TRIGGER = Set.of("bootstrapServersFromEnv", "consumerGroup", "topic",
            "lagThreshold", "activationLagThreshold", "offsetResetPolicy", "allowIdleConsumers",
            "limitToPartitionsWithLag", "excludePersistentLag");

    /** Refuses unknown fields, which the model would keep as additional properties. */
    private static final ObjectMapper STRICT = new ObjectMapper()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                private static final long serialVersionUID = 1L;

                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            });

    private final Manifests manifests;
    private final List<HasMetadata> objects = new ArrayList<>();
    private JsonNode scaler;

    private Kubernetes(Manifests manifests) {
        this.manifests = manifests;
        for (String file : manifests.files(FOLDER)) {
            if (!file.equals(KUSTOMIZATION)) {
                manifests.yamlDocuments(FOLDER + file).forEach(document -> read(document, file));
            }
        }
    }

    static Kubernetes of(Manifests manifests) {
        return new Kubernetes(manifests);
    }

    private void read(JsonNode document, String file) {
        if (document.at("/kind").asText().equals("ScaledObject")) {
            Manifests.assertValid("keda-scaledobject.json", document, file);
            assertNull(scaler, "one ScaledObject");
            scaler = document;
            return;
        }
        String kind = document.at("/apiVersion").asText() + "/" + document.at("/kind").asText();
        assertTrue(KINDS.containsKey(kind), () -> file + ": " + kind + " is not known here");
        try {
            objects.add(STRICT.treeToValue(document, KINDS.get(kind)));
        } catch (JsonProcessingException e) {
            fail(file + ": " + e.getMessage(), e);
        }
    }

    static void check(Manifests manifests) {
        Kubernetes kubernetes = of(manifests);
        kubernetes.checkKustomization();
        for (Service service : Service.values()) {
            kubernetes.checkPods(service);
            kubernetes.checkVolumes(service);
            kubernetes.checkAround(service);
        }
        kubernetes.checkScaler(Service.HSAW_INFERENCE);
    }

    /** Paths that the kubelet asks. */
    List<String> probePaths(Service service) {
        Container container = container(service);
        return Stream.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe())
                .map(probe -> probe.getHttpGet().getPath()).toList();
    }

    private void checkKustomization() {
        JsonNode kustomization = manifests.yaml(FOLDER + KUSTOMIZATION);
        List<String> files = new ArrayList<>(manifests.files(FOLDER));
        files.remove(KUSTOMIZATION);
        List<String> resources = new ArrayList<>();
        kustomization.at("/resources").forEach(resource -> resources.add(resource.asText()));
        assertEquals(files, resources.stream().sorted().toList());
        Set<String> images = new HashSet<>();
        for (JsonNode image : kustomization.at("/images")) {
            images.add(image.at("/name").asText());
            assertEquals(Manifests.version(), image.at("/newTag").asText());
        }
        assertEquals(all(StatefulSet.class).stream()
                .map(set -> set.getSpec().getTemplate().getSpec().getContainers().get(0).getImage())
                .collect(Collectors.toSet()), images);
    }

    private void checkPods(Service service) {
        Containerfile image = Containerfile.of(manifests, service);
        PodSpec pod = pods(service).getSpec().getTemplate().getSpec();
        one(ServiceAccount.class, pod.getServiceAccountName());
        assertEquals(1, pod.getContainers().size());
        Container container = pod.getContainers().get(0);
        assertEquals("hsaw/" + service.stage, container.getImage());

        assertEquals(true, pod.getSecurityContext().getRunAsNonRoot());
        assertEquals(image.user(), pod.getSecurityContext().getRunAsUser());
        assertEquals(true, container.getSecurityContext().getReadOnlyRootFilesystem());
        assertEquals(false, container.getSecurityContext().getAllowPrivilegeEscalation());
        assertEquals(List.of("ALL"), container.getSecurityContext().getCapabilities().getDrop());
        assertEquals(image.home(), container.getVolumeMounts().get(0).getMountPath(), "where it writes");
        assertEquals(pod.getVolumes().get(0).getName(), container.getVolumeMounts().get(0).getName());
        assertNotNull(pod.getVolumes().get(0).getEmptyDir());

        assertEquals(1, container.getPorts().size());
        ContainerPort port = container.getPorts().get(0);
        assertEquals(service.managementPort(), port.getContainerPort());
        for (Probe probe : List.of(container.getStartupProbe(), container.getLivenessProbe(),
                container.getReadinessProbe())) {
            assertEquals(port.getName(), probe.getHttpGet().getPort().getStrVal());
        }
        assertEquals(List.of("/q/health/started", "/q/health/live", READY), probePaths(service));
        Map<String, String> annotations = pods(service).getSpec().getTemplate().getMetadata().getAnnotations();
        assertEquals(Map.of("prometheus.io/scrape", "true", "prometheus.io/path", METRICS,
                "prometheus.io/port", String.valueOf(service.managementPort())), annotations);

        Map<String, Quantity> requests = container.getResources().getRequests();
        Map<String, Quantity> limits = container.getResources().getLimits();
        for (String resource : List.of("cpu", "memory")) {
            assertTrue(amount(requests.get(resource)).compareTo(amount(limits.get(resource))) <= 0, resource);
        }
        long mostJava = option(image, "-Xmx") + option(image, "-XX:MaxDirectMemorySize=");
        assertTrue(amount(limits.get("memory")).longValue() > mostJava << 20, "memory of Java and more");

        Map<String, String> environment = environment(service);
        environment.keySet().forEach(name -> assertTrue(service.variables().contains(name), name));
        MessagingConfig messaging = service.messaging(environment);
        assertEquals(environment.get(Service.BOOTSTRAP), messaging.bootstrap());
        assertEquals(service.stage + "-0", messaging.replica());
        Integer replicas = pods(service).getSpec().getReplicas();
        assertTrue(replicas == null || replicas <= messaging.partitions(), "replicas without partitions");
    }

    private static BigDecimal amount(Quantity quantity) {
        return assertDoesNotThrow(quantity::getNumericalAmount, quantity::toString);
    }

    /** Megabytes of an option of Java's. */
    private static long option(Containerfile image, String name) {
        String size = image.entryPoint().stream().filter(word -> word.matches(name + "\\d+[mg]")).findFirst().orElseThrow()
                .substring(name.length());
        return Long.parseLong(size.substring(0, size.length() - 1)) * (size.endsWith("g") ? 1024 : 1);
    }

    /** What is mounted is there, and what is to stay lies where the settings say. */
    private void checkVolumes(Service service) {
        PodSpec pod = pods(service).getSpec().getTemplate().getSpec();
        Set<String> volumes = new HashSet<>();
        pod.getVolumes().forEach(volume -> {
            volumes.add(volume.getName());
            if (volume.getPersistentVolumeClaim() != null) {
                one(PersistentVolumeClaim.class, volume.getPersistentVolumeClaim().getClaimName());
            }
        });
        pods(service).getSpec().getVolumeClaimTemplates().forEach(claim -> volumes.add(claim.getMetadata().getName()));
        Set<String> folders = new HashSet<>();
        for (VolumeMount mount : container(service).getVolumeMounts()) {
            assertTrue(volumes.contains(mount.getName()), mount::toString);
            folders.add(mount.getMountPath());
        }
        container(service).getEnv().stream().map(EnvVar::getValue)
                .filter(value -> value != null && value.contains("/var/lib/")).forEach(value ->
                        assertTrue(folders.stream().anyMatch(value.replaceFirst("^[^/]*", "")::startsWith), value));
    }

    /** What selects the pods does so. */
    private void checkAround(Service service) {
        StatefulSet pods = pods(service);
        Map<String, String> labels = pods.getSpec().getTemplate().getMetadata().getLabels();
        assertEquals(labels, pods.getSpec().getSelector().getMatchLabels());
        io.fabric8.kubernetes.api.model.Service names =
                one(io.fabric8.kubernetes.api.model.Service.class, pods.getSpec().getServiceName());
        assertEquals("None", names.getSpec().getClusterIP());
        assertEquals(labels, names.getSpec().getSelector());
        ServicePort port = names.getSpec().getPorts().get(0);
        assertEquals(service.managementPort(), port.getPort());
        assertEquals(container(service).getPorts().get(0).getName(), port.getTargetPort().getStrVal());
        assertEquals(labels,
                one(PodDisruptionBudget.class, service.stage).getSpec().getSelector().getMatchLabels());
    }

    private void checkScaler(Service service) {
        assertNotNull(scaler, "a ScaledObject");
        JsonNode target = scaler.at("/spec/scaleTargetRef");
        assertEquals(pods(service).getKind(), target.at("/kind").asText());
        assertEquals(pods(service).getApiVersion(), target.at("/apiVersion").asText());
        assertEquals(service.stage, target.at("/name").asText());
        assertNull(pods(service).getSpec().getReplicas(), "only one sets the replicas");
        int least = scaler.at("/spec/minReplicaCount").asInt();
        int most = scaler.at("/spec/maxReplicaCount").asInt();
        assertTrue(0 < least && least <= most && most <= service.messaging(environment(service)).partitions(),
                "replicas without partitions");

        JsonNode kafka = scaler.at("/spec/triggers/0");
        assertEquals("kafka", kafka.at("/type").asText());
        kafka.at("/metadata").fieldNames().forEachRemaining(name -> assertTrue(KAFKA_TRIGGER.contains(name), name));
        assertEquals(service.stage, kafka.at("/metadata/consumerGroup").asText());
        assertEquals(service.inputTopic, kafka.at("/metadata/topic").asText());
        assertEquals(Service.BOOTSTRAP, kafka.at("/metadata/bootstrapServersFromEnv").asText());
        assertFalse(environment(service).get(Service.BOOTSTRAP).isBlank());
        assertTrue(kafka.at("/metadata/lagThreshold").asInt() > 0);

        assertEquals("cpu", scaler.at("/spec/triggers/1/type").asText());
        assertNotNull(container(service).getResources().getRequests().get("cpu"), "what utilisation is a share of");
    }

    /** As the first pod sees it. */
    private Map<String, String> environment(Service service) {
        Map<String, String> environment = new HashMap<>();
        container(service).getEnvFrom().forEach(from ->
                environment.putAll(one(ConfigMap.class, from.getConfigMapRef().getName()).getData()));
        for (EnvVar variable : container(service).getEnv()) {
            if (variable.getValueFrom() != null) {
                assertEquals("metadata.name", variable.getValueFrom().getFieldRef().getFieldPath());
            }
            environment.put(variable.getName(),
                    variable.getValueFrom() == null ? variable.getValue() : service.stage + "-0");
        }
        return environment;
    }

    private StatefulSet pods(Service service) {
        return one(StatefulSet.class, service.stage);
    }

    private Container container(Service service) {
        return pods(service).getSpec().getTemplate().getSpec().getContainers().get(0);
    }

    private <T extends HasMetadata> T one(Class<T> type, String name) {
        List<T> found = all(type).stream().filter(object -> object.getMetadata().getName().equals(name)).toList();
        assertEquals(1, found.size(), () -> type.getSimpleName() + " " + name);
        return found.get(0);
    }

    private <T extends HasMetadata> List<T> all(Class<T> type) {
        return objects.stream().filter(type::isInstance).map(type::cast).toList();
    }
}
