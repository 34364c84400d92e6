package io.hsaw.messaging;

import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/** Says once at the start which settings are in force, without those that are secret. */
@ApplicationScoped
class StartLog {

    private static final Logger LOG = Logger.getLogger(StartLog.class);
    private static final String OURS = "hsaw.";
    private static final List<String> SHOWN = List.of(OURS, "kafka.", "quarkus.management.");
    /** Ordinal of what holds where nothing is set. */
    private static final int DEFAULTS = Integer.MIN_VALUE;
    private static final List<String> SECRET = List.of("password", "secret", "token", "key", "jaas", "credential");

    private final Config config;

    StartLog(Config config) {
        this.config = config;
    }

    void start(@Observes @Priority(1) StartupEvent event) {
        LOG.infof("settings: %s", settings(config));
    }

    /** {@code name=value} of each setting of the services, and of those of Kafka and the management port that are set. */
    static String settings(Config config) {
        return StreamSupport.stream(config.getPropertyNames().spliterator(), false)
                .filter(name -> SHOWN.stream().anyMatch(name::startsWith)).distinct().sorted()
                .map(config::getConfigValue)
                .filter(setting -> setting.getValue() != null && (setting.getName().startsWith(OURS)
                        || setting.getSourceOrdinal() != DEFAULTS))
                .map(setting -> setting.getName() + "=" + (secret(setting.getName()) ? "(hidden)" : setting.getValue()))
                .collect(Collectors.joining(" "));
    }

    private static boolean secret(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return SECRET.stream().anyMatch(lower::contains);
    }
}
