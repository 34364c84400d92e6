package io.hsaw.manifests;

import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is under {@code deploy} fits the published schemas, the code, and itself. */
class ManifestsTest {

    @Test
    void imagesFitTheCodeAndTheLauncher() {
        Containerfile.check(Manifests.asTheyAre());
    }

    @Test
    void theComposeFileFitsItsSchemaAndTheCode() {
        Compose.check(Manifests.asTheyAre());
    }

    @Test
    void kubernetesManifestsFitTheirModelAndTheCode() {
        Kubernetes.check(Manifests.asTheyAre());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            EXPOSE 9002                     | EXPOSE 9102
            AS half-face-splitter           | AS splitter
            face-detector/target/           | face-detector/build/
            QUARKUS_MANAGEMENT_HOST         | QUARKUS_MANAGEMENT_ADDRESS
            MALLOC_ARENA_MAX=1              | MALLOC_ARENA_MAX=2
            -Xmx768m                        | -Xmx769m
            -XX:+UseSerialGC                | -XX:+UseG1GC
            USER 10001:10001                | USER 0:0
            -Xmx3g                          | -Xmx4g
            install -d -o 10001             | install -d -o 0
            """)
    void aMistakeInTheImagesIsFound(String text, String mistake) {
        Manifests wrong = Manifests.asTheyAre().with("containers/Containerfile", text, mistake);

        assertThrows(AssertionError.class, () -> Containerfile.check(wrong));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            compose.yaml   | healthcheck:                           | health_check:
            compose.yaml   | hsaw/face-detector:0.1.0               | hsaw/face-detector:0.2.0
            compose.yaml   | 127.0.0.1:9003/                        | 127.0.0.1:9004/
            compose.yaml   | /q/health/ready                        | /health/ready
            compose.yaml   | HSAW_INFERENCE_THREADS                 | HSAW_INFERENCE_THREAD
            compose.yaml   | KAFKA_BOOTSTRAP_SERVERS: kafka:9092    | KAFKA_BOOTSTRAP_SERVERS: kafka:9093
            compose.yaml   | KAFKA_BOOTSTRAP_SERVERS                | KAFKA_BOOTSTRAP
            compose.yaml   | KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR | KAFKA_OFFSET_TOPIC_REPLICATION_FACTOR
            compose.yaml   | LISTENER_NAME: PLAINTEXT               | LISTENER_NAME: INTERNAL
            compose.yaml   | 127.0.0.1:9092:19092                   | 127.0.0.1:9092:9092
            compose.yaml   | apache/kafka:4.1.1                     | apache/kafka:3.9.0
            compose.yaml   | target: hsaw-inference                 | target: inference
            compose.yaml   | replicas: 2                            | replicas: 5
            compose.yaml   | - /tmp                                 | - /var/tmp
            compose.yaml   | samples:/var/lib/hsaw/data             | samples:/srv/data
            compose.yaml   | HSAW_TRAINER_MODEL_STORE               | HSAW_TRAINER_STORE
            compose.yaml   | HSAW_FEEDBACK_DATABASE: jdbc           | HSAW_FEEDBACK_URL: jdbc
            compose.yaml   | ../grafana/alerts.yml                  | ../grafana/alerts.yaml
            compose.yaml   | HSAW_DASHBOARDS: /etc/hsaw/dashboards  | HSAW_DASHBOARDS: /etc/hsaw
            prometheus.yml | port: 9001                             | port: 9002
            prometheus.yml | /q/metrics                             | /metrics
            """)
    void aMistakeInTheComposeFileIsFound(String file, String text, String mistake) {
        Manifests wrong = Manifests.asTheyAre().with("compose/" + file, text, mistake);

        assertThrows(AssertionError.class, () -> Compose.check(wrong));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            kustomization.yaml          | - settings.yaml                     | - setting.yaml
            kustomization.yaml          | newTag: 0.1.0                       | newTag: latest
            settings.yaml               | HSAW_MESSAGING_PARTITIONS           | HSAW_MESSAGING_PARTITION
            settings.yaml               | HSAW_MESSAGING_PARTITIONS: "12"     | HSAW_MESSAGING_PARTITIONS: "4"
            settings.yaml               | KAFKA_BOOTSTRAP_SERVERS             | KAFKA_BOOTSTRAP
            settings.yaml               | kind: ServiceAccount                | kind: Serviceaccount
            face-detector.yaml          | containerPort: 9001                 | containerPort: 8081
            face-detector.yaml          | 'prometheus.io/port: "9001"'        | 'prometheus.io/port: "9002"'
            face-detector.yaml          | readinessProbe:                     | readynessProbe:
            face-detector.yaml          | terminationGracePeriodSeconds       | terminationGraceSeconds
            face-detector.yaml          | /q/health/live                      | /q/health/alive
            face-detector.yaml          | HSAW_MESSAGING_REPLICA              | HSAW_REPLICA
            face-detector.yaml          | fieldPath: metadata.name            | fieldPath: spec.nodeName
            face-detector.yaml          | serviceAccountName: hsaw            | serviceAccountName: default
            face-detector.yaml          | serviceName: face-detector          | serviceName: detector
            face-detector.yaml          | image: hsaw/face-detector           | image: hsaw/detector
            face-detector.yaml          | memory: 2Gi                         | memory: 1Gi
            face-detector.yaml          | memory: 2Gi                         | memory: 2 Gi
            face-detector.yaml          | runAsUser: 10001                    | runAsUser: 1000
            face-detector.yaml          | mountPath: /tmp                     | mountPath: /cache
            face-detector.yaml          | 'replicas: 2'                       | 'replicas: 13'
            hsaw-inference.yaml         | claimName: model-store              | claimName: models
            hsaw-trainer.yaml           | mountPath: /var/lib/hsaw/data       | mountPath: /data
            hsaw-trainer.yaml           | HSAW_TRAINER_DATA                   | HSAW_TRAINER_SAMPLES
            relabel-feedback.yaml       | file:/var/lib/hsaw/data             | file:/var/lib/data
            model-store.yaml            | accessModes:                        | accessMode:
            hsaw-inference-scaling.yaml | topic: half-faces                   | topic: half-face
            hsaw-inference-scaling.yaml | consumerGroup: hsaw-inference       | consumerGroup: inference
            hsaw-inference-scaling.yaml | maxReplicaCount: 12                 | maxReplicaCount: 13
            hsaw-inference-scaling.yaml | maxReplicaCount: 12                 | maxReplicas: 12
            hsaw-inference-scaling.yaml | lagThreshold:                       | lagTreshold:
            hsaw-inference-scaling.yaml | kind: StatefulSet                   | kind: Deployment
            hsaw-inference-scaling.yaml | FromEnv: KAFKA_BOOTSTRAP_SERVERS    | FromEnv: BOOTSTRAP
            """)
    void aMistakeInTheKubernetesManifestsIsFound(String file, String text, String mistake) {
        Manifests wrong = Manifests.asTheyAre().with("kubernetes/" + file, text, mistake);

        assertThrows(AssertionError.class, () -> Kubernetes.check(wrong));
    }
}
