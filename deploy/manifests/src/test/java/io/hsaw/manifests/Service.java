package io.hsaw.manifests;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;

import io.hsaw.contracts.Topics;
import io.hsaw.facedetector.FrameFaceFinder;
import io.hsaw.facedetector.service.FaceDetectorConfig;
import io.hsaw.feedback.service.FeedbackConfig;
import io.hsaw.halffacesplitter.service.HalfFaceSplitterConfig;
import io.hsaw.inference.ReplyMaker;
import io.hsaw.inference.service.InferenceConfig;
import io.hsaw.messaging.MessagingConfig;
import io.hsaw.trainer.run.Trainer;
import io.hsaw.trainer.service.TrainerConfig;
import io.quarkus.vertx.http.runtime.management.ManagementConfig;
import io.smallrye.config.ConfigMappings;
import io.smallrye.config.ConfigMappings.ConfigClass;
import io.smallrye.config.EnvConfigSource;
import io.smallrye.config.SmallRyeConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A service as its code says it is. */
enum Service {

    FACE_DETECTOR(FrameFaceFinder.STAGE, Topics.FRAMES, FaceDetectorConfig.class),
    HALF_FACE_SPLITTER("half-face-splitter", Topics.FACES, HalfFaceSplitterConfig.class),
    HSAW_INFERENCE(ReplyMaker.STAGE, Topics.HALF_FACES, InferenceConfig.class),
    HSAW_TRAINER(Trainer.GROUP, Topics.TRAINING_COMMANDS, TrainerConfig.class),
    RELABEL_FEEDBACK("relabel-feedback", Topics.PSEUDO_LABELS, FeedbackConfig.class);

    /** Stands for itself in the settings: the default of where the messaging finds Kafka. */
    static final String BOOTSTRAP = "KAFKA_BOOTSTRAP_SERVERS";

    /** Of the stage, its consumer group, its module, its image, and what runs it. */
    final String stage;
    final String inputTopic;
    private final Set<ConfigClass> settings;

    Service(String stage, String inputTopic, Class<?> settings) {
        this.stage = stage;
        this.inputTopic = inputTopic;
        this.settings = Stream.of(settings, MessagingConfig.class, ManagementConfig.class)
                .map(ConfigClass::configClass).collect(Collectors.toSet());
    }

    /** Where health and metrics are served. */
    int managementPort() {
        Properties application = new Properties();
        try {
            application.load(new StringReader(Manifests.read(
                    Manifests.ROOT.resolve(stage).resolve("src/main/resources/application.properties"))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Integer.parseInt(application.getProperty("quarkus.management.port"));
    }

    /** Names of the environment variables that set something. */
    Set<String> variables() {
        Set<String> names = settings.stream().flatMap(type -> ConfigMappings.getProperties(type).keySet().stream())
                .map(name -> name.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT))
                .collect(Collectors.toSet());
        names.add(BOOTSTRAP);
        return names;
    }

    /** The settings of messaging under an environment; fails if a value of any setting cannot be read. */
    MessagingConfig messaging(Map<String, String> environment) {
        SmallRyeConfigBuilder builder = new SmallRyeConfigBuilder().addDefaultInterceptors().addDiscoveredConverters()
                .withSources(new EnvConfigSource(environment, EnvConfigSource.ORDINAL)).withValidateUnknown(true);
        settings.stream().filter(type -> type.getKlass() != ManagementConfig.class)
                .forEach(type -> builder.withMapping(type.getKlass()));
        SmallRyeConfig config = assertDoesNotThrow(builder::build, () -> stage + " under " + environment);
        return config.getConfigMapping(MessagingConfig.class);
    }
}
